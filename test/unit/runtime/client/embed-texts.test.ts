import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import type { EmbedRequest, EmbedResult } from '../../../../runtime/base/provider';
import { embedTexts, type TextSettings } from '../../../../runtime/client/embed-texts';
import { gate, refusalOf, settle } from '../../../support/async';
import { FakeProvider } from '../../../support/fake-provider';
import { vectorOf } from '../../../support/fake-vectors';

const many = (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`);
const vectorFor = (text: string) => vectorOf(Buffer.from(text), 64);
const sent = ({ requests }: FakeProvider) => requests.map(({ inputs }) => inputs.length);

test('every text gets its vector, whatever the number of requests', async () => {
	const provider = new FakeProvider();
	const texts = many(700);
	const { outcomes, summary, fault } = await embedTexts(provider, texts, { model: 'm' });
	expect(outcomes.map((outcome) => outcome.ok && outcome.vector)).toEqual(texts.map(vectorFor));
	expect(sent(provider)).toEqual([256, 256, 188]);
	expect(summary).toMatchObject({ model: 'm', dimensions: 64, texts: 700, cachedTexts: 3, tokens: 21 });
	expect(fault).toBeNull();
});

test('all requests carry the settings', async () => {
	const provider = new FakeProvider();
	await embedTexts(provider, many(300), { model: 'm', dimensions: 32, role: 'query' });
	for (const request of provider.requests) expect(request).toMatchObject({ model: 'm', dimensions: 32, role: 'query' });
	expect(provider.requests).toHaveLength(2);
});

test('long texts go in more requests, each with at least one', async () => {
	const provider = new FakeProvider();
	const long = 'x'.repeat(3_000_000);
	const { summary } = await embedTexts(provider, [long, long, 'y'.repeat(5_000_000), 'z'], {});
	expect([sent(provider), summary.texts]).toEqual([[1, 1, 1, 1], 4]);
});

test('no texts need no request', async () => {
	const provider = new FakeProvider();
	expect(await embedTexts(provider, [], {})).toMatchObject({
		outcomes: [],
		fault: null,
		summary: { texts: 0, dimensions: 0, model: '' },
	});
	expect(provider.requests).toEqual([]);
});

describe('a fault', () => {
	test('of one text is that text’s', async () => {
		const provider = new FakeProvider();
		provider.onEmbed = ({ inputs }) => {
			const index = (inputs as readonly string[]).indexOf('text 300');
			if (index >= 0)
				throw new EmbedError('empty_input', 'why', { items: [{ index, code: 'empty_input', message: 'why' }] });
		};
		const { outcomes, summary, fault } = await embedTexts(provider, many(400), {});
		expect(outcomes.flatMap(({ ok }, i) => (ok ? [] : [i]))).toEqual([300]);
		expect([summary.texts, fault]).toEqual([399, null]);
	});

	test('of the server stops the job, and every text not reached carries it', async () => {
		const provider = new FakeProvider();
		const down = new EmbedError('host_unreachable', 'why');
		provider.onEmbed = () => {
			throw down;
		};
		const { outcomes, fault } = await embedTexts(provider, many(2_000), {});
		expect(fault).toBe(down);
		expect(outcomes.map((outcome) => !outcome.ok && outcome.error)).toEqual(many(2_000).map(() => down));
		expect(provider.requests.length).toBeLessThanOrEqual(2);
	});

	test('of a caller who left ends the job', async () => {
		const provider = new FakeProvider();
		provider.onEmbed = () => {
			throw new EmbedError('aborted', 'left');
		};
		expect(await refusalOf(() => embedTexts(provider, many(3), {}))).toMatchObject({ code: 'aborted' });
	});
});

describe('the lane', () => {
	const lanesOf = async (count: number, settings: TextSettings = {}) => {
		const provider = new FakeProvider();
		await embedTexts(provider, many(count), settings);
		return provider.requests.map(({ priority }) => priority);
	};

	test('of up to eight texts is the host’s choice', async () => {
		expect(await lanesOf(8)).toEqual([undefined]);
	});

	test('of more is bulk, of the short last request too', async () => {
		expect(await lanesOf(9)).toEqual(['bulk']);
		expect(await lanesOf(257)).toEqual(['bulk', 'bulk']);
	});

	test('is what the caller wishes, if he wishes', async () => {
		expect(await lanesOf(257, { priority: 'interactive' })).toEqual(['interactive', 'interactive']);
		expect(await lanesOf(1, { priority: 'bulk' })).toEqual(['bulk']);
	});
});

describe('a vector', () => {
	test('takes the caller’s form, in its text’s place', async () => {
		const texts = many(300);
		const { outcomes, summary } = await embedTexts(new FakeProvider(), texts, {}, { convert: (vector) => vector[0] });
		expect(outcomes.map((outcome) => outcome.ok && outcome.vector)).toEqual(texts.map((text) => vectorFor(text)[0]));
		expect(summary).toMatchObject({ texts: 300, dimensions: 64, cachedTexts: 2 });
	});

	test('takes it as its answer arrives, before the next is asked for', async () => {
		const provider = new HeldProvider();
		const converted: number[] = [];
		const run = embedTexts(provider, many(256 * 4), {}, { convert: () => converted.push(provider.requests.length) });
		await provider.answerAll();
		await run;
		expect(converted).toHaveLength(256 * 4);
		expect(converted[0]).toBe(2);
		expect(Math.max(...converted.slice(0, 256))).toBeLessThanOrEqual(3);
	});

	test('that cannot take it ends the job, and nothing more is asked for', async () => {
		const provider = new FakeProvider();
		const convert = () => {
			throw new Error('no form');
		};
		await expect(embedTexts(provider, many(256 * 8), {}, { convert })).rejects.toThrow('no form');
		await settle();
		expect(provider.requests).toHaveLength(2);
	});
});

test('no more than two requests are in flight', async () => {
	const provider = new HeldProvider();
	const run = embedTexts(provider, many(256 * 5), {});
	await settle();
	expect(provider.requests).toHaveLength(2);
	await provider.answerAll();
	await run;
	expect([provider.requests.length, provider.mostInFlight]).toEqual([5, 2]);
});

/** Answers when it is told to. */
class HeldProvider extends FakeProvider {
	mostInFlight = 0;
	#inFlight = 0;
	readonly #held = gate();

	override async embed(request: EmbedRequest): Promise<EmbedResult> {
		this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
		const answer = super.embed(request);
		await this.#held.opened;
		this.#inFlight--;
		return answer;
	}

	async answerAll(): Promise<void> {
		await settle();
		this.#held.open();
	}
}

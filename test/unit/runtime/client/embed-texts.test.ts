import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { embedTexts } from '../../../../runtime/client/embed-texts';
import { refusalOf } from '../../../support/async';
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

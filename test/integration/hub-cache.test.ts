import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runCli } from './support/command';
import { cleanUp, EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { readGolden } from './support/golden';
import { assemble } from './support/models';
import { builtinFolder, hasShared } from './support/paths';
import { expectNear } from './support/vectors';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const OLDER = 'fedcba9876543210fedcba9876543210fedcba98';

afterAll(cleanUp);

/** A Hugging Face cache as the hub’s own tools lay it out. */
class Cache {
	readonly home = makeFolder();

	/** @returns the folder of a snapshot, not yet made */
	snapshot(id: string, commit: string): string {
		return join(this.#repository(id), 'snapshots', commit);
	}

	setMain(id: string, commit: string): void {
		mkdirSync(join(this.#repository(id), 'refs'), { recursive: true });
		writeFileSync(join(this.#repository(id), 'refs', 'main'), commit);
	}

	#repository(id: string): string {
		return join(this.home, 'hub', `models--${id.replaceAll('/', '--')}`);
	}
}

describe('models in the Hugging Face cache', () => {
	const cache = new Cache();

	beforeAll(() => {
		cpSync(builtinFolder, cache.snapshot('org/small', COMMIT), { recursive: true });
		cache.setMain('org/small', COMMIT);
		mkdirSync(cache.snapshot('org/weightless', COMMIT), { recursive: true });
		writeFileSync(join(cache.snapshot('org/weightless', COMMIT), 'config.json'), '{}');
	});

	test('are served beside the built-in one on wish, those without weights left out', async (context) => {
		const host = await EmbedHost.start(['--serve-cached-models'], { environment: { HF_HOME: cache.home } });
		expect(host.models).toEqual(['all-MiniLM-L6-v2', 'org/small']);
		const texts = ['Refund', 'The lake freezes.'];
		await expectNear(context, await host.embed(texts, { model: 'org/small' }), await host.embed(texts), 0.999999);
		expect((await host.send('GET', '/v1/models/org/small')).body).toMatchObject({
			id: 'org/small',
			dimensions: 384,
			max_tokens: 256,
		});
	});

	test('are not served without the wish', async () => {
		const host = await EmbedHost.start([], { environment: { HF_HOME: cache.home } });
		expect(host.models).toEqual(['all-MiniLM-L6-v2']);
	});

	test('are found where HF_HUB_CACHE says', async () => {
		const host = await EmbedHost.start(['--model-path', 'org/small'], {
			environment: { HF_HUB_CACHE: join(cache.home, 'hub') },
		});
		expect(host.models).toEqual(['org/small']);
		expect((await host.model()).folder).toBe(cache.snapshot('org/small', COMMIT));
	});

	test('that are not there are never fetched', async () => {
		const { code, stderr } = await runCli(['serve', '--port', '0', '--model-path', 'org/other'], {
			environment: { HF_HOME: cache.home },
		});
		expect(code).toBe(1);
		expect(stderr).toContain(`no model of that id in the Hugging Face cache ${join(cache.home, 'hub')}`);
	});
});

describe.skipIf(!hasShared)('tiny-qwen3 in the Hugging Face cache', () => {
	const cache = new Cache();
	const golden = hasShared ? readGolden('tiny-qwen3').slice(7, 20) : [];
	const id = 'some-org/Tiny-Qwen3-ONNX';

	beforeAll(() => {
		assemble('community', cache.snapshot(id, COMMIT));
		assemble('q4', cache.snapshot(id, OLDER));
		cache.setMain(id, COMMIT);
	});

	test.for([['--serve-cached-models'], ['--model-path', id]])(
		'is served by %s, in the revision that main names',
		async (args, context) => {
			const host = await EmbedHost.start(args, { environment: { HF_HOME: cache.home } });
			expect(host.models).toContain(id);
			const found = await host.embed(
				golden.map(({ ids }) => ids),
				{ model: id },
			);
			await expectNear(
				context,
				found,
				golden.map(({ vector }) => vector),
				0.99999,
			);
			expect((await host.model(id)).folder).toBe(cache.snapshot(id, COMMIT));
		},
	);
});

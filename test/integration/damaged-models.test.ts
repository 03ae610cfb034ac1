import { chmodSync, chownSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runCli } from './support/command';
import { cleanUp, EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { assemble, BUILTIN_GRAPH, copyBuiltin, serveAs } from './support/models';
import { builtinFolder, hasShared, isRoot, isWindows, OTHER_UID } from './support/paths';
import { expectNear } from './support/vectors';

afterAll(cleanUp);

/** Copies of the built-in model, each spoilt in its own way, and what the host must say of it. */
const DAMAGES: readonly { readonly name: string; readonly spoil: (folder: string) => void; readonly words: RegExp }[] =
	[
		{ name: 'missing', spoil: (folder) => rmSync(join(folder, BUILTIN_GRAPH)), words: /no \.onnx file/ },
		{
			name: 'truncated',
			spoil: (folder) => truncateSync(join(folder, BUILTIN_GRAPH), 10_000_000),
			words: /model_q8_block32\.onnx/,
		},
		{
			name: 'text',
			spoil: (folder) => writeFileSync(join(folder, BUILTIN_GRAPH), 'This is not a model.\n'.repeat(100)),
			words: /model_q8_block32\.onnx/,
		},
		{ name: 'empty', spoil: (folder) => truncateSync(join(folder, BUILTIN_GRAPH)), words: /is empty/ },
		{
			name: 'pointer',
			spoil: (folder) =>
				writeFileSync(
					join(folder, BUILTIN_GRAPH),
					'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
				),
			words: /Git LFS pointer/,
		},
		{
			name: 'broken-config',
			spoil: (folder) => writeFileSync(join(folder, 'config.json'), '{"hidden_size": 384'),
			words: /config\.json is not valid JSON/,
		},
		{
			name: 'broken-tokenizer',
			spoil: (folder) => writeFileSync(join(folder, 'tokenizer.json'), '{"version": "1.0"'),
			words: /tokenizer\.json is not valid JSON/,
		},
		{
			name: 'no-tokenizer',
			spoil: (folder) => rmSync(join(folder, 'tokenizer.json')),
			words: /tokenizer\.json is missing/,
		},
	];

describe('weights or settings that are damaged', () => {
	const folders: Record<string, string> = {};
	let host: EmbedHost;
	let expected: Float32Array[];

	beforeAll(async () => {
		for (const { name, spoil } of DAMAGES) {
			folders[name] = copyBuiltin();
			spoil(folders[name]);
		}
		host = await EmbedHost.start(serveAs({ good: builtinFolder, ...folders }));
		expected = await host.embed(['Refund', 'Hello']);
	});

	test.for(DAMAGES)('$name: one clear error, and the model beside it serves on', async ({ name, words }, context) => {
		for (let i = 0; i < 2; i++) {
			const { status, body } = await host.post({ model: name, input: 'Refund' });
			expect({ status, code: body.error.code, type: body.error.type }).toEqual({
				status: 500,
				code: 'model_load_failed',
				type: 'server_error',
			});
			expect(body.error.message).toMatch(words);
			expect(body.error.message).not.toMatch(/please report/);
		}
		await expectNear(
			context,
			await host.embed(['Refund', 'Hello', `and ${name}`], { model: 'good' }).then((vectors) => vectors.slice(0, 2)),
			expected,
			0.999999,
		);
	});

	test('the health report gives each one’s reason', async () => {
		const health = (await host.send('GET', '/health')).body as unknown as {
			status: string;
			models: { id: string; state: string; reason: string }[];
		};
		expect(health.status).toBe('ok');
		// What is wrong with a tokenizer shows when it is used, before there is a worker that could fail.
		for (const { name, words } of DAMAGES.filter((damage) => damage.name !== 'broken-tokenizer')) {
			const model = health.models.find(({ id }) => id === name);
			expect(model?.state).toBe('failed');
			expect(model?.reason).toMatch(words);
		}
	});

	test('the health report says so of a tokenizer too, once it was used', async () => {
		await host.post({ model: 'broken-tokenizer', input: 'Refund' });
		expect(await host.model('broken-tokenizer')).toMatchObject({
			state: 'failed',
			reason: expect.stringMatching(/tokenizer\.json/) as string,
		});
	});

	test('a model whose file was put back is served without a restart', async (context) => {
		for (const name of ['missing', 'truncated']) {
			writeFileSync(join(folders[name]!, BUILTIN_GRAPH), readFileSync(join(builtinFolder, BUILTIN_GRAPH)));
			await expectNear(context, await host.embed(['Refund', 'Hello'], { model: name }), expected, 0.999999);
		}
	});
});

describe.skipIf(!hasShared)('weights in a second file', () => {
	test('are missed by name when they are not there', async () => {
		const folder = assemble('community');
		rmSync(join(folder, 'onnx', 'model.onnx_data'));
		const host = await EmbedHost.start(serveAs({ good: builtinFolder, torn: folder }));
		const { status, body } = await host.post({ model: 'torn', input: 'Refund' });
		expect({ status, code: body.error.code }).toEqual({ status: 500, code: 'model_load_failed' });
		expect(body.error.message).toMatch(/model\.onnx_data/);
		expect(await host.embed('Refund', { model: 'good' })).toHaveLength(1);
	});
});

describe('a folder that cannot be served', () => {
	test('is named when it does not exist', async () => {
		const { code, stderr } = await runCli(['serve', '--port', '0', '--model-path', join(makeFolder(), 'nowhere')]);
		expect(code).toBe(1);
		expect(stderr).toMatch(/There is no model folder .*nowhere/);
	});

	test('ends the host at once when it is the only one', async () => {
		const { code, stderr } = await runCli(['serve', '--port', '0', '--model-path', makeFolder()]);
		expect(code).toBe(1);
		expect(stderr).toMatch(/config\.json is missing/);
	});

	// Root may read everything, so that only another user meets a closed folder. The checkout must be readable for all.
	test.skipIf(!isRoot || isWindows)('is named when it may not be read, and the model beside it is served', async () => {
		const closed = copyBuiltin();
		chmodSync(closed, 0o000);
		const parent = join(closed, '..');
		chmodSync(parent, 0o755);
		const host = await EmbedHost.start(serveAs({ good: builtinFolder, closed }), { uid: OTHER_UID });
		const { status, body } = await host.post({ model: 'closed', input: 'Refund' });
		expect({ status, code: body.error.code }).toEqual({ status: 500, code: 'model_load_failed' });
		expect(body.error.message).toMatch(/Cannot read the model folder/);
		expect(await host.embed('Refund', { model: 'good' })).toHaveLength(1);
		chownSync(closed, OTHER_UID, OTHER_UID);
		chmodSync(closed, 0o700);
		expect(await host.embed('Refund', { model: 'closed' })).toHaveLength(1);
	});
});

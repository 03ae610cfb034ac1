import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { BUILTIN_GRAPH } from './support/models';
import { builtinFolder, dist, isWindows, root } from './support/paths';

const WEIGHTS_SHA256 = 'd5b1803194bbaef2b87c7ffb8611a803cd1915710fc50837c05fd26929bc2b3c';
const TEXTS = ['CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', 'package.json'];

interface Manifest {
	readonly dependencies: Readonly<Record<string, string>>;
	readonly peerDependencies: Readonly<Record<string, string>>;
	readonly optionalDependencies?: unknown;
	readonly scripts: Readonly<Record<string, string>>;
	readonly bin: Readonly<Record<string, string>>;
	readonly n8n: { readonly nodes: readonly string[]; readonly credentials: readonly string[] };
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

describe('the npm package', () => {
	let packed: string[];

	beforeAll(() => {
		const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
			cwd: root,
			encoding: 'utf8',
			shell: isWindows,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		const [found] = JSON.parse(text) as { files: { path: string }[] }[];
		packed = found!.files.map(({ path }) => path);
	});

	test('holds dist, the licence and the texts, and nothing else', () => {
		expect(packed.filter((path) => !path.startsWith('dist/')).sort()).toEqual(TEXTS);
	});

	test('holds no test, script, source or map', () => {
		expect(packed.filter((path) => /\.(ts|map|tsbuildinfo|log)$|^dist\/(test|scripts)\//.test(path))).toEqual([]);
	});

	test('holds what package.json points at', () => {
		for (const path of [...Object.values(manifest.bin), ...manifest.n8n.nodes, ...manifest.n8n.credentials])
			expect(packed).toContain(path);
	});

	test('holds the built-in model, byte for byte, with its licence', () => {
		expect(packed).toContain('dist/runtime/model/builtin/all-MiniLM-L6-v2/onnx/model_q8_block32.onnx');
		expect(packed).toContain('dist/runtime/model/builtin/all-MiniLM-L6-v2/LICENSE');
		expect(
			createHash('sha256')
				.update(readFileSync(join(builtinFolder, BUILTIN_GRAPH)))
				.digest('hex'),
		).toBe(WEIGHTS_SHA256);
	});

	test('runs nothing when it is installed, and needs no optional dependency', () => {
		expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
		expect(manifest.optionalDependencies).toBeUndefined();
	});
});

describe('the built code', () => {
	const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
	const modulesOf = (file: string) =>
		[...readFileSync(join(dist, file), 'utf8').matchAll(/\b(?:require|import)\(\s*['"]([^'".][^'"]*)['"]\s*\)/g)].map(
			([, name]) => name!,
		);
	const packageOf = (name: string) =>
		name
			.split('/')
			.slice(0, name.startsWith('@') ? 2 : 1)
			.join('/');
	const used = new Set(
		files
			.flatMap(modulesOf)
			.filter((name) => !name.startsWith('node:'))
			.map(packageOf),
	);

	test('requires only what package.json declares', () => {
		expect(files.length).toBeGreaterThan(40);
		expect([...used].filter((name) => builtinModules.includes(name))).toEqual([]);
		const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
		expect([...used].filter((name) => !declared.includes(name))).toEqual([]);
	});

	test('uses every dependency that package.json declares', () => {
		expect(Object.keys(manifest.dependencies).filter((name) => !used.has(name))).toEqual([]);
	});

	test('of the runtime never requires n8n', () => {
		expect(files.filter((file) => file.startsWith('runtime') && modulesOf(file).includes('n8n-workflow'))).toEqual([]);
	});
});

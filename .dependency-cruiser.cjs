// Who may import whom. Every folder of runtime/ names all that it may reach; what is not named is forbidden.
const LAYERS = {
	base: [],
	cache: ['base'],
	schedule: ['base'],
	machine: ['base'],
	simulate: ['base', 'schedule'],
	model: ['base'],
	threads: ['base'],
	session: ['base', 'model'],
	workers: ['base', 'model', 'session'],
	engine: ['base', 'machine', 'cache', 'model', 'threads', 'session', 'workers', 'schedule'],
	host: ['base', 'machine', 'cache', 'model', 'threads', 'workers', 'engine'],
	client: ['base'],
	commands: ['base', 'model', 'host', 'client', 'simulate'],
};

/** Each third-party module is imported in one place, so that it can be replaced in one place. */
const IMPORTERS = {
	'onnxruntime-node': 'runtime/session/onnx-session.ts',
	'@huggingface/tokenizers': 'runtime/threads/text-tokenizer.ts',
	piscina: 'runtime/threads/tokenizer-pool.ts',
	'lru-cache': 'runtime/cache/vector-cache.ts',
	lmdb: 'runtime/cache/lmdb-file.ts',
	fastify: 'runtime/host/',
	undici: 'runtime/client/http-provider.ts',
	commander: 'runtime/cli.ts',
	pino: 'runtime/base/logger.ts',
	'n8n-workflow': '(nodes|credentials)/',
};

module.exports = {
	forbidden: [
		{ name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
		...Object.entries(LAYERS).map(([layer, reach]) => ({
			name: `layer-${layer}`,
			severity: 'error',
			from: { path: `^runtime/${layer}/` },
			to: { path: '^(runtime|nodes|credentials)/', pathNot: `^runtime/(${[layer, ...reach].join('|')})/` },
		})),
		{
			name: 'nodes-use-the-door',
			comment: 'Nodes know the runtime by runtime/index alone.',
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: { path: '^runtime/', pathNot: '^runtime/index\\.ts$' },
		},
		{
			name: 'door-is-light',
			comment: 'What the nodes load must start nothing and load no native code.',
			severity: 'error',
			from: { path: '^runtime/index\\.ts$' },
			to: { path: '^runtime/', pathNot: '^runtime/(client|base)/' },
		},
		...Object.entries(IMPORTERS).map(([module, importer]) => ({
			name: `one-importer-${module}`,
			severity: 'error',
			from: { path: '^(runtime|nodes|credentials)/', pathNot: `^${importer}` },
			to: { path: `node_modules/${module}/` },
		})),
		{
			name: 'declared',
			comment: 'Only what package.json declares is there after an install in n8n.',
			severity: 'error',
			from: { path: '^(runtime|nodes|credentials)/' },
			to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], pathNot: 'node_modules/n8n-workflow/' },
		},
	],
	options: {
		tsConfig: { fileName: 'tsconfig.json' },
		tsPreCompilationDeps: true,
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^(dist|test)/' },
	},
};

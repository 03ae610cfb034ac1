// n8n's own rules for community nodes, and ours: no floating promise, no `any`.
import n8n from './test/lint/node_modules/@n8n/node-cli/dist/configs/eslint.js';

export default [
	{ ignores: ['dist/', '**/node_modules/', '.cache/', '.n8n-dev/', '**/*.mjs', '**/*.mts'] },
	// Without n8n's cloud, where a package may neither have dependencies nor start a process: this one exists to do both.
	...n8n.configWithoutCloudSupport,
	{
		files: ['**/*.ts'],
		languageOptions: { parserOptions: { projectService: true } },
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'no-console': 'error',
			eqeqeq: 'error',
		},
	},
	{
		files: ['runtime/**/*.ts', 'test/**/*.ts'],
		// The runtime never imports n8n; its one error class becomes a NodeOperationError in the nodes.
		rules: { '@n8n/community-nodes/require-node-api-error': 'off' },
	},
	{
		// The places that start a process: the host, the one that holds a model, the one that reads a doubtful file, and
		// the driver’s tool.
		files: [
			'runtime/client/start-host.ts',
			'runtime/workers/worker-process.ts',
			'runtime/cache/renew-in-process.ts',
			'runtime/machine/nvidia-smi.ts',
			'test/**/*.ts',
		],
		rules: { '@n8n/community-nodes/no-dangerous-functions': 'off' },
	},
	{
		files: ['package.json'],
		rules: {
			// What the product stands on cannot be bundled: native code, threads and processes load files of their own.
			'@n8n/community-nodes/no-runtime-dependencies': 'off',
			'@n8n/community-nodes/require-homepage': 'off',
		},
	},
];

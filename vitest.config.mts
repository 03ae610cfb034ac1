import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: [
			{ test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
			{
				test: {
					name: 'integration',
					include: ['test/integration/**/*.test.ts'],
					// Real processes and real models: a slow machine must not fail a test.
					testTimeout: 120_000,
					hookTimeout: 120_000,
					fileParallelism: false,
				},
			},
			// Minutes, not hours: but how many depends on the machine. `npm run fuzz`.
			{ test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 0, hookTimeout: 120_000 } },
		],
	},
});

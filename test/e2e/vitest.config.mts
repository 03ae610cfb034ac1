import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/e2e/**/*.test.mjs'],
		// One n8n for all files, and real models: a slow machine must not fail a test.
		fileParallelism: false,
		testTimeout: 120_000,
		hookTimeout: 120_000,
	},
});

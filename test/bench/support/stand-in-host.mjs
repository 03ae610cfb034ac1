// The host’s HTTP server before a provider that answers at once: what the wire costs, and nothing else. Prints one line of
// JSON with its address, as `serve` does.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { buildServer } = require('../../../dist/runtime/host/server.js');
const { systemClock } = require('../../../dist/runtime/base/clock.js');
const { Drain } = require('../../../dist/runtime/host/drain.js');
const { silentLogger } = require('../../../dist/runtime/base/logger.js');

const dimensions = Number(process.argv[2] ?? 1024);
const vectors = Array.from({ length: 2_048 }, () => {
	const vector = Float32Array.from({ length: dimensions }, () => Math.random() - 0.5);
	const length = Math.hypot(...vector);
	return vector.map((value) => value / length);
});
const provider = {
	embed: async ({ inputs }) => ({
		model: 'stand-in',
		dimensions,
		vectors: inputs.map((_, i) => vectors[i]),
		cached: inputs.map(() => true),
		usage: { tokens: inputs.length, cachedTokens: inputs.length },
		timings: { queueMs: 0, tokenizeMs: 0, inferenceMs: 0, totalMs: 0 },
	}),
	models: async () => [],
	health: async () => ({ status: 'ok', models: [] }),
	status: async () => ({ models: [] }),
	close: async () => {},
};
const server = buildServer(provider, {
	version: 'stand-in',
	apiKey: null,
	clock: systemClock,
	drain: new Drain(),
	logger: silentLogger,
	onWork: () => () => {},
});
const listening = await server.listen({ host: '127.0.0.1', port: 0 });
process.once('SIGTERM', async () => {
	await server.close();
	process.exit(0);
});
console.log(JSON.stringify({ listening, pid: process.pid }));

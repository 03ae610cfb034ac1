import { describeAddress } from '../base/address';
import { dropHostMalloc } from '../base/host-malloc';
import { createLogger } from '../base/logger';
import { resolveOptions, variableOf } from '../base/options';
import { serve } from '../host/serve';

/**
 * `serve`: prints one JSON line when it listens, logs to standard error, and ends on SIGTERM, SIGINT,
 * `POST /drain` or disuse: with code 0 when all it had taken on was answered, else with 1.
 */
export async function serveCommand(
	flags: Readonly<Record<string, unknown>>,
	environment: NodeJS.ProcessEnv,
): Promise<void> {
	const asksForTcp = flags.socket === undefined && (flags.host ?? flags.port) !== undefined;
	// A port on the command line means TCP, whatever socket the environment names.
	const options = { ...resolveOptions(flags, environment), ...(asksForTcp && { socket: null }) };
	// Neither the processes that the host starts need the key, nor whoever lists the machine’s processes.
	delete environment[variableOf('apiKey')];
	if (flags.apiKey !== undefined) process.title = 'n8n-nodes-embed serve';
	dropHostMalloc(process.env);
	const logger = createLogger(options.logLevel);
	const host = await serve(options, { logger, environment });
	const listening = describeAddress(host.address);
	process.stdout.on('error', () => {});
	logger.info('listening', { listening, models: host.models });
	process.stdout.write(`${JSON.stringify({ listening, models: host.models, pid: process.pid })}\n`);

	let isStopping = false;
	const stop = (signal: NodeJS.Signals) => {
		if (isStopping) return host.cut(`a second signal: ${signal}`);
		isStopping = true;
		// Should nothing be left that keeps the process alive, though not all is answered.
		process.exitCode = 1;
		host.drain(signal);
	};
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
	process.exit((await host.ended) ? 0 : 1);
}

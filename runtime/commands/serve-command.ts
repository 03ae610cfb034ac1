import { describeAddress } from '../base/address';
import { dropHostMalloc } from '../base/host-malloc';
import { createLogger } from '../base/logger';
import { resolveOptions } from '../base/options';
import { serve } from '../host/serve';

/** `serve`: prints one JSON line when it listens, logs to standard error, and ends on SIGTERM, SIGINT or disuse. */
export async function serveCommand(
	flags: Readonly<Record<string, unknown>>,
	environment: NodeJS.ProcessEnv,
): Promise<void> {
	const asksForTcp = flags.socket === undefined && (flags.host ?? flags.port) !== undefined;
	// A port on the command line means TCP, whatever socket the environment names.
	const options = { ...resolveOptions(flags, environment), ...(asksForTcp && { socket: null }) };
	dropHostMalloc(process.env);
	const logger = createLogger(options.logLevel);
	const host = await serve(options, { logger, environment });
	const listening = describeAddress(host.address);
	process.stdout.on('error', () => {});
	logger.info('listening', { listening, models: host.models });
	process.stdout.write(`${JSON.stringify({ listening, models: host.models, pid: process.pid })}\n`);

	let stopping = false;
	const stop = (signal: NodeJS.Signals) => {
		if (stopping) process.exit(1);
		stopping = true;
		logger.info('stopping', { signal });
		setTimeout(() => process.exit(1), options.shutdownTimeoutS * 1000).unref();
		void host.close();
	};
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
	await host.closed;
	process.exit(0);
}

import type { ServerOptions } from 'node:http';

/**
 * How long a caller may take to send a request, and no more: none of these counts while the host works on an answer (a
 * model may take minutes to load) or while a slow reader takes it.
 */
export interface ConnectionLimits {
	/** From the connection’s opening, or its next request’s first byte, to the end of the head. */
	readonly headersTimeoutMs: number;
	/** To the end of the body. */
	readonly requestTimeoutMs: number;
	/** Between an answer and the next request on the same connection. */
	readonly keepAliveTimeoutMs: number;
	/** How often the first two are looked at, so how late they may be. */
	readonly checkIntervalMs: number;
}

/**
 * A head is 16 KiB at most, so 20 s are plenty. A body is 32 MiB at most: 120 s let a line of 2.5 Mbit/s through, and
 * cut whoever sends a byte now and then. Kept connections outlive the pauses of a workflow, and the minute after which
 * load balancers give up theirs.
 */
export const CONNECTION_LIMITS: ConnectionLimits = {
	headersTimeoutMs: 20_000,
	requestTimeoutMs: 120_000,
	keepAliveTimeoutMs: 72_000,
	checkIntervalMs: 5_000,
};

/** What Node’s server takes at its making; the request’s and the kept connection’s time are Fastify’s options. */
export function nodeServerOptions({ headersTimeoutMs, checkIntervalMs }: ConnectionLimits): ServerOptions {
	return {
		headersTimeout: headersTimeoutMs,
		connectionsCheckingInterval: checkIntervalMs,
		// Node’s own refusal of a request without Host has no body; ours is JSON.
		requireHostHeader: false,
	};
}

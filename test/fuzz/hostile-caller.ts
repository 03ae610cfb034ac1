import { Agent, request } from 'node:http';

import * as fc from 'fast-check';

import type { OpenApiDocument } from '../../runtime/host/openapi/document';
import type { EmbedHost } from '../integration/support/embed-host';
import { worstCosine } from '../integration/support/vectors';
import { DeclaredAnswers, type GivenAnswer } from './declared-answers';
import { hostileRequest, type HostileRequest } from './hostile-requests';

export interface FuzzOptions {
	readonly requests: number;
	/** Sent at the same time. Default 20. */
	readonly atOnce?: number;
	readonly seed?: number;
	/** Called now and then with the number of requests so far and how many got each status. */
	readonly onProgress?: (sent: number, statuses: Readonly<Record<string, number>>) => void;
}

/** Far longer than any answer takes: past it, it hangs. */
const HANG_MS = 60_000;
const SAMPLE = ['How do I cancel my subscription?', 'Refund'];

/**
 * Sends hostile requests to a host. Fails with the smallest one at fault: a status that is not declared, a body that is
 * not of the declared shape, no answer, or a good request that is answered wrongly afterwards.
 * @returns how many requests got each status
 */
export async function fuzz(
	host: EmbedHost,
	{ requests, atOnce = 20, seed, onProgress = () => {} }: FuzzOptions,
): Promise<Record<string, number>> {
	const declared = new DeclaredAnswers((await host.send('GET', '/openapi.json')).body as unknown as OpenApiDocument);
	const expected = await host.embed(SAMPLE);
	const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
	const statuses: Record<string, number> = {};
	let sent = 0;
	const checkOne = async (hostile: HostileRequest) => {
		const answer = await send(host.listening, agent, hostile);
		statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
		const fault = declared.fault(hostile.method, hostile.path, answer);
		if (fault !== null) throw new Error(`${fault} – ${describe(hostile)}`);
	};
	const checkAll = fc.asyncProperty(
		fc.array(hostileRequest, { minLength: atOnce, maxLength: atOnce }),
		async (hostile) => {
			await Promise.all(hostile.map(checkOne));
			sent += hostile.length;
			if (worstCosine(await host.embed(SAMPLE), expected) < 0.9999) throw new Error('a good request got other vectors');
			onProgress(sent, statuses);
		},
	);
	try {
		await fc.assert(checkAll, { numRuns: Math.ceil(requests / atOnce), ...(seed !== undefined && { seed }) });
	} finally {
		agent.destroy();
	}
	return statuses;
}

function describe({ method, path, headers, body }: HostileRequest): string {
	return `${method} ${path} ${JSON.stringify(headers)} ${body?.toString('latin1').slice(0, 500) ?? ''}`;
}

function send(origin: string, agent: Agent, { method, path, headers, body }: HostileRequest): Promise<GivenAnswer> {
	const { hostname, port } = new URL(origin);
	return new Promise((resolve, reject) => {
		const length = body === null ? {} : { 'content-length': String(body.length) };
		const sent = request(
			{ agent, host: hostname, port, method, path, headers: { ...headers, ...length }, timeout: HANG_MS },
			(answer) => {
				const pieces: Buffer[] = [];
				answer.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
				answer.on('end', () =>
					resolve({
						status: answer.statusCode!,
						contentType: answer.headers['content-type'],
						text: Buffer.concat(pieces).toString('utf8'),
					}),
				);
			},
		);
		sent.on('error', reject).on('timeout', () => sent.destroy(new Error(`no answer within ${HANG_MS} ms`)));
		sent.end(body ?? undefined);
	});
}

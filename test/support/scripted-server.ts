import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

import { OWNER } from '../../runtime/base/provider';

export interface ScriptedServer {
	/** Its address on loopback; empty on a socket. */
	readonly url: string;
	/** How often texts were sent to it. */
	readonly asked: { count: number };
	stop(): Promise<void>;
}

/** What a server does with one request for vectors. */
export type Reply = (response: ServerResponse) => void;

/** A vector for one text. */
export const answers: Reply = (response) =>
	void response
		.writeHead(200, { 'content-type': 'application/json' })
		.end(JSON.stringify({ model: 'm', data: [{ index: 0, embedding: [0.6, 0.8] }] }));

export const refuses =
	(status: number, headers: Readonly<Record<string, string>> = {}): Reply =>
	(response) =>
		void response.writeHead(status, headers).end(JSON.stringify({ error: { message: 'its words' } }));

/** Takes the request and hangs up in the middle of the answer. */
export const hangsUp: Reply = (response) => {
	response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
	response.write('{"data":', () => response.destroy());
};

/** Cuts the connection without a word. */
export const resets: Reply = (response) => void response.socket!.resetAndDestroy();

/** Refuses as a host of ours that drains. */
export const drains: Reply = (response) =>
	void response
		.writeHead(503, { 'retry-after': '1', connection: 'close' })
		.end(JSON.stringify({ error: { code: 'shutting_down', message: 'its words' } }));

/** A server that lists models, and follows a script when it is sent texts: its last reply is for all that come after. */
export async function scriptedServer(
	script: readonly Reply[],
	{ socket, ours = false }: { readonly socket?: string; readonly ours?: boolean } = {},
): Promise<ScriptedServer> {
	const asked = { count: 0 };
	const server = createServer((request, response) => {
		request.resume().once('end', () => {
			if (request.method !== 'GET') return script[Math.min(asked.count++, script.length - 1)]!(response);
			const entry = { id: 'm', object: 'model', owned_by: ours ? OWNER : 'them' };
			response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [entry] }));
		});
	});
	await new Promise<void>((resolve) =>
		socket === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve),
	);
	const address = server.address() as AddressInfo | string;
	let stopped: Promise<void> | null = null;
	const stop = () => {
		stopped ??= new Promise<void>((resolve) => server.close(() => resolve()));
		server.closeAllConnections();
		return stopped;
	};
	onTestFinished(stop);
	return { url: typeof address === 'string' ? '' : `http://127.0.0.1:${address.port}`, asked, stop };
}

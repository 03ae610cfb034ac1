import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';

import { describe, expect, test } from 'vitest';

import { ERRORS } from '../../../../runtime/base/errors';
import { gate } from '../../../support/async';
import { testServer } from '../../../support/server';

/** Limits that a test can wait for. */
const SHORT = { headersTimeoutMs: 300, requestTimeoutMs: 600, keepAliveTimeoutMs: 60_000, checkIntervalMs: 50 };
const HOST = 'host: localhost\r\n';
const BODY = '{"input":"a"}';
const POST = `POST /v1/embeddings HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`;

async function listening(limits = SHORT) {
	const { server, provider } = testServer(null, undefined, limits);
	await server.listen({ host: '127.0.0.1', port: 0 });
	const { port } = server.server.address() as AddressInfo;
	const open = () => {
		const socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
		let text = '';
		socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
		return { socket, closed: new Promise<string>((resolve) => socket.once('close', () => resolve(text))) };
	};
	return { provider, open };
}

/** Status and error code of each answer on a connection. */
function answersIn(text: string): string[] {
	return [...text.matchAll(/HTTP\/1\.1 (\d+)[\s\S]*?\r\n\r\n(?:\{"error":\{.*?"code":"(\w+)")?/g)].map(
		([, status, code]) => (code ? `${status} ${code}` : status!),
	);
}

describe('what is no request gets the shape of every other refusal', () => {
	test.each([
		['words', 'hello there\r\n\r\n', '400 invalid_request'],
		['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 invalid_request'],
		['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 invalid_request'],
		['an unknown method', `EMBED / HTTP/1.1\r\n${HOST}\r\n`, '400 invalid_request'],
		[
			'a head that is too large',
			`GET /health HTTP/1.1\r\n${HOST}x: ${'x'.repeat(20_000)}\r\n\r\n`,
			'431 headers_too_large',
		],
		['two lengths', `${POST.replace('\r\n\r\n', '\r\ncontent-length: 5\r\n\r\n')}${BODY}`, '400 invalid_request'],
		[
			'a length and chunks',
			`${POST.replace('\r\n\r\n', '\r\ntransfer-encoding: chunked\r\n\r\n')}0\r\n\r\n`,
			'400 invalid_request',
		],
		[
			'a chunk without a size',
			`POST /v1/embeddings HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\nzz\r\n`,
			'400 invalid_request',
		],
		['no host', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n', '400 invalid_request'],
	])('%s', async (_, bytes, answer) => {
		const { open } = await listening();
		const { socket, closed } = open();
		socket.write(bytes, 'latin1');
		const text = await closed;
		expect(answersIn(text)).toContain(answer);
		expect(text).toContain('content-type: application/json');
	});
});

describe('whoever sends slowly is answered and let go', () => {
	test.each([
		['nothing', ''],
		['half a head', 'POST /v1/embeddings HTTP/1.1\r\nhost: local'],
		['half a body', POST + BODY.slice(0, 4)],
	])('%s', async (_, bytes) => {
		const { open } = await listening();
		const { socket, closed } = open();
		socket.write(bytes);
		expect(answersIn(await closed)).toEqual(['408 request_timeout']);
	});

	test.each(['head', 'body'])('a %s that trickles', async (part) => {
		const { open } = await listening();
		const { socket, closed } = open();
		if (part === 'body') socket.write(POST);
		const trickle = setInterval(() => socket.writable && socket.write(part === 'body' ? ' ' : 'G'), 40);
		const text = await closed.finally(() => clearInterval(trickle));
		expect(answersIn(text)[0]).toMatch(/^4/);
	});
});

test('an answer that takes longer than any limit is waited for', async () => {
	const { open, provider } = await listening();
	const answer = gate();
	provider.onEmbed = () => answer.opened;
	const patient = open();
	patient.socket.write(POST + BODY);
	// Somebody else runs into both limits meanwhile.
	const slow = open();
	slow.socket.write(POST);
	expect(answersIn(await slow.closed)).toEqual(['408 request_timeout']);
	answer.open();
	await once(patient.socket, 'data');
	patient.socket.end();
	expect(answersIn(await patient.closed)).toEqual(['200']);
});

test('requests before the broken one on a connection get their own answers first', async () => {
	const { open, provider } = await listening();
	const answer = gate();
	provider.onEmbed = () => answer.opened;
	const { socket, closed } = open();
	socket.write(`${POST}${BODY}${POST}${BODY}NO HTTP\r\n\r\n`);
	await expect.poll(() => provider.requests.length).toBe(2);
	answer.open();
	expect(answersIn(await closed)).toEqual(['200', '200', '400 invalid_request']);
});

test('an expectation that is not known is as if left out', async () => {
	const { open } = await listening();
	const { socket, closed } = open();
	socket.write(POST.replace('\r\n\r\n', '\r\nexpect: the unexpected\r\nconnection: close\r\n\r\n') + BODY);
	expect(answersIn(await closed)).toEqual(['200']);
});

test('what is answered with is in the table', () => {
	expect([ERRORS.request_timeout.status, ERRORS.headers_too_large.status]).toEqual([408, 431]);
});

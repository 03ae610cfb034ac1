import { isAscii, isUtf8, transcode } from 'node:buffer';

import type { FastifyInstance } from 'fastify';

import { EmbedError } from '../base/errors';

declare module 'fastify' {
	interface FastifyContextConfig {
		/** A POST that may come without a body, which then reads as `{}`. It is declared as JSON all the same. */
		bodyOptional?: boolean;
	}
}

/** Bodies are JSON and nothing else; Fastify would also read plain text. */
export function acceptJsonOnly(server: FastifyInstance): void {
	server.removeAllContentTypeParsers();
	const parse = server.getDefaultJsonParser('error', 'error');
	server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) =>
		body.length === 0 && request.routeOptions.config.bodyOptional === true
			? done(null, {})
			: parse(request, decodeUtf8(body), done),
	);
	// A web page may send a POST without a body to any address, unless it is declared as JSON: then the browser asks first.
	server.addHook('preValidation', async ({ headers, routeOptions }) => {
		if (routeOptions.config.bodyOptional !== true || headers['content-type'] !== undefined) return;
		throw new EmbedError(
			'unsupported_media_type',
			'Send the header "Content-Type: application/json", also without a body',
		);
	});
}

/**
 * UTF-8 as text. Node 20 decodes anything but ASCII letter by letter, which takes 22 ms for 5 MB of Japanese; by way of
 * UTF-16 it takes one. What is no UTF-8 becomes the replacement character.
 */
export function decodeUtf8(bytes: Buffer): string {
	if (isAscii(bytes)) return bytes.toString('latin1');
	return isUtf8(bytes) ? transcode(bytes, 'utf8', 'utf16le').toString('utf16le') : bytes.toString('utf8');
}

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { EmbedError } from '../base/errors';

/** Names that nobody can register, so that none of them can be turned to this machine from outside. */
const PRIVATE_NAME = /(^|\.)(localhost|internal)$/;

/**
 * Refuses what a browser sends for a web page: a host without a key trusts whoever can reach it, and every page that the
 * user opens can reach a loopback address. A page of another origin shows itself by `Origin` or `Sec-Fetch-Site`; one whose
 * own name was turned to this machine (DNS rebinding) by that name in `Host`.
 * @throws EmbedError `caller_not_allowed`
 */
export function refusePages({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): void {
	const name = nameOf(host ?? 'localhost');
	if (name === null || (isIP(name) === 0 && !PRIVATE_NAME.test(name))) {
		throw refusal('the header "Host" names neither an address nor localhost');
	}
	if (origin !== undefined && !isSameOrigin(origin, host)) throw refusal('the header "Origin" names another site');
	if (site === 'cross-site' || site === 'same-site') throw refusal(`the header "Sec-Fetch-Site" says ${site}`);
}

/**
 * HTTP 1.1 wants a `Host`, be it an empty one.
 * @throws EmbedError `invalid_request`
 */
export function requireHost({ headers, httpVersion }: Pick<IncomingMessage, 'headers' | 'httpVersion'>): void {
	if (headers.host !== undefined || httpVersion === '1.0') return;
	throw new EmbedError('invalid_request', 'The header "Host" is missing');
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
	return host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/** Brackets of an address, or a name and its final dot; then a port. */
const HOST = /^(?:\[([\da-f:.]+)\]|([\w.-]+?)\.?)(?::\d*)?$/i;

/**
 * What stands before the port, in small letters; null for what is no address. Not by URL: Node 20’s `canParse` and its
 * constructor come to disagree about letters beyond ASCII once they are compiled.
 */
function nameOf(host: string): string | null {
	const [, bracketed, name] = HOST.exec(host) ?? [];
	return (bracketed ?? name)?.toLowerCase() ?? null;
}

function refusal(why: string): EmbedError {
	return new EmbedError(
		'caller_not_allowed',
		`A host without a key answers no web page and no foreign name: ${why}. Set EMBED_API_KEY and send the key, or use 127.0.0.1`,
	);
}

import { createHash, timingSafeEqual } from 'node:crypto';

import { EmbedError } from '../base/errors';

/**
 * A check for `Authorization: Bearer <key>`. Without a configured key any header passes: clients that must send
 * something send "EMPTY".
 * @returns a function that throws EmbedError `missing_api_key` or `invalid_api_key`
 */
export function apiKeyCheck(apiKey: string | null): (authorization: string | undefined) => void {
	if (apiKey === null) return () => {};
	// Digests have one length, so that comparing them takes the same time whatever was sent.
	const expected = digest(apiKey);
	return (authorization) => {
		const given = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1];
		if (given === undefined) {
			throw new EmbedError('missing_api_key', 'This host wants a key: send the header "Authorization: Bearer <key>"');
		}
		if (!timingSafeEqual(digest(given.trim()), expected)) {
			throw new EmbedError(
				'invalid_api_key',
				'The key is not this host’s key: compare it with --api-key or EMBED_API_KEY',
			);
		}
	};
}

function digest(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}

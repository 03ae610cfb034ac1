// What one request of the mixed load asks for; nothing here is sent.

/** So many texts are in everyone’s mouth … */
const HOT_TEXTS = 20;
/** … and are this share of what is asked. */
const HOT_SHARE = 0.2;
const BULK = { least: 64, most: 256 };
const HANG_UP_SHARE = 0.06;
const HANG_UP_WITHIN_MS = 300;
const DIMENSIONS = [undefined, undefined, 256, 64];

/**
 * @param kind `bulk`: 64 to 256 texts; `single`: one, at times a few with one of them twice
 * @param texts how many there are to choose from
 * @param random numbers from 0 up to 1
 * @returns places of the texts, fields of the body, and after how long the caller hangs up (null: never)
 */
export function planRequest(kind, texts, random) {
	const below = (count) => Math.floor(count * random());
	const draw = () => (random() < HOT_SHARE ? below(Math.min(HOT_TEXTS, texts)) : below(texts));
	const count = kind === 'bulk' ? BULK.least + below(BULK.most - BULK.least + 1) : random() < 0.8 ? 1 : 2 + below(5);
	const indices = Array.from({ length: count }, draw);
	if (kind === 'single' && count > 1) indices[count - 1] = indices[0];
	const dimensions = DIMENSIONS[below(DIMENSIONS.length)];
	return {
		kind,
		indices,
		fields: {
			encoding_format: random() < 0.5 ? 'base64' : 'float',
			...(dimensions !== undefined && { dimensions }),
		},
		hangUpAfterMs: random() < HANG_UP_SHARE ? below(HANG_UP_WITHIN_MS) : null,
	};
}

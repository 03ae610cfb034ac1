import { createHash } from 'node:crypto';

import type { CachedVector } from '../../runtime/cache/cached-vector';
import { vectorOf } from './fake-vectors';

/** A key as the engine makes them. */
export function keyOf(number: number): string {
	return createHash('sha256').update(String(number)).digest().toString('latin1', 0, 16);
}

/** What belongs to the key of the same number. */
export function entryOf(number: number, dimensions = 384): CachedVector {
	return { vector: vectorOf([number], dimensions), tokens: number % 100 };
}

import type { CachedVector } from '../cache/cached-vector';
import type { Work } from './work';

/** One input on its way: answered by the cache, or by a computation that others may share. */
export type Pending = { readonly hit: CachedVector } | { readonly work: Work };

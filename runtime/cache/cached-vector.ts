/** A computed text as both levels keep it. */
export interface CachedVector {
	/** Full width, unit length. Shared by all who asked: never written to. */
	readonly vector: Float32Array;
	/** Tokens of the text, after template and truncation. */
	readonly tokens: number;
}

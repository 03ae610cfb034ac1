import type { CachedVector } from './cached-vector';

/** Small enough that a cache with few vectors takes little, large enough that a full one is a few hundred buffers. */
const PAGE_BYTES = 2 ** 20;

interface Page {
	readonly numbers: Float32Array;
	readonly tokens: Uint32Array;
}

/** Vectors of one width by slot number, in a few large buffers; a buffer is made when its first slot is written. */
export class VectorPages {
	readonly #pages: Page[] = [];
	readonly #slotsPerPage: number;

	/** @param slots the slot numbers that will be used are below this */
	constructor(
		readonly width: number,
		readonly slots: number,
	) {
		this.#slotsPerPage = Math.max(1, Math.floor(PAGE_BYTES / (width * Float32Array.BYTES_PER_ELEMENT)));
	}

	/** A copy: the slot may be written again while the caller still holds its vector. */
	read(slot: number): CachedVector {
		const page = this.#pages[Math.floor(slot / this.#slotsPerPage)]!;
		const at = slot % this.#slotsPerPage;
		return { vector: page.numbers.slice(at * this.width, (at + 1) * this.width), tokens: page.tokens[at]! };
	}

	write(slot: number, { vector, tokens }: CachedVector): void {
		const page = (this.#pages[Math.floor(slot / this.#slotsPerPage)] ??= this.#newPage(slot));
		const at = slot % this.#slotsPerPage;
		page.numbers.set(vector, at * this.width);
		page.tokens[at] = tokens;
	}

	#newPage(firstSlot: number): Page {
		const slots = Math.min(this.#slotsPerPage, this.slots - firstSlot);
		return { numbers: new Float32Array(slots * this.width), tokens: new Uint32Array(slots) };
	}
}

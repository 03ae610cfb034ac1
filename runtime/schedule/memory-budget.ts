/** A model that has, or is about to have, workers. */
export interface MemoryHolder {
	readonly id: string;
	readonly bytes: number;
	/** When it was last used; null while it is in use. */
	readonly idleSinceMs: number | null;
}

export interface MemoryQuestion {
	/** What the model to load takes, by measure or estimate. */
	readonly neededBytes: number;
	/** All others. */
	readonly holders: readonly MemoryHolder[];
	/** What all models together may hold. */
	readonly budgetBytes: number;
	/** What the machine, or the container, still has. */
	readonly availableBytes: number;
}

export type MemoryAnswer =
	| { readonly kind: 'load' }
	/** These first, in this order; then it fits. */
	| { readonly kind: 'unload'; readonly ids: readonly string[] }
	/** It would not fit even alone. */
	| { readonly kind: 'too_large' }
	/** It would fit later: models in use hold the budget, or others hold the machine’s memory. */
	| {
			readonly kind: 'in_use';
			readonly by: 'models' | 'others';
			readonly usedBytes: number;
			readonly inUse: readonly MemoryHolder[];
	  };

/**
 * Of what a worker holds, pages of program files: Node’s and onnxruntime’s. They are in memory once, whoever uses them, and
 * the system can drop them; so they need not be free.
 */
const SHARED_BYTES = 40 * 2 ** 20;

/**
 * Whether a model may be loaded into what is left of the budget, and of the machine: idle ones make room, the least
 * recently used first and no more of them than needed; one in use never does.
 */
export function fitModel({ neededBytes, holders, budgetBytes, availableBytes }: MemoryQuestion): MemoryAnswer {
	if (neededBytes > budgetBytes) return { kind: 'too_large' };
	const usedBytes = holders.reduce((sum, { bytes }) => sum + bytes, 0);
	const missingInBudget = neededBytes - (budgetBytes - usedBytes);
	const missing = Math.max(missingInBudget, neededBytes - SHARED_BYTES - availableBytes);
	if (missing <= 0) return { kind: 'load' };
	const idle = holders.filter(({ idleSinceMs }) => idleSinceMs !== null);
	idle.sort((a, b) => a.idleSinceMs! - b.idleSinceMs!);
	const ids: string[] = [];
	let freed = 0;
	for (const { id, bytes } of idle) {
		if (freed >= missing) break;
		ids.push(id);
		freed += bytes;
	}
	if (freed >= missing) return { kind: 'unload', ids };
	const inUse = holders.filter(({ idleSinceMs }) => idleSinceMs === null);
	return { kind: 'in_use', by: freed < missingInBudget ? 'models' : 'others', usedBytes, inUse };
}

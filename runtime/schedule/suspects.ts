/** What of a text matters when one of several is at fault. */
export interface Suspected {
	/** Texts that are suspected together run in no other company; null: not suspected. */
	suspects: object | null;
	/** Must run without company. */
	alone: boolean;
}

/** A text that ran alone has nobody beside it who could be at fault. */
export function suspectTogether(texts: readonly Suspected[]): void {
	const suspects = {};
	for (const text of texts) text.suspects = suspects;
	if (texts.length === 1) texts[0]!.alone = true;
}

/**
 * Halves texts of which one or more are at fault: each half runs by itself from now on, and a text that is left over is
 * alone. So each text at fault is found after as many bad runs as there are halvings, and no other is refused.
 */
export function halveSuspects(texts: readonly Suspected[]): void {
	const middle = Math.ceil(texts.length / 2);
	for (const half of [texts.slice(0, middle), texts.slice(middle)]) suspectTogether(half);
}

import type { Priority } from '../base/provider';

/** So many texts in one request are somebody who waits; the host takes them for interactive by itself. */
const MAX_INTERACTIVE_TEXTS = 8;

/**
 * The lane in which a job asks to go, whatever a single request of it looks like: without it, the short last request of a
 * long job would pass for somebody who waits. Undefined leaves the choice to the host.
 */
export function jobPriority(
	{ texts, requests }: { readonly texts: number; readonly requests: number },
	wished?: Priority,
): Priority | undefined {
	return wished ?? (texts > MAX_INTERACTIVE_TEXTS || requests > 1 ? 'bulk' : undefined);
}

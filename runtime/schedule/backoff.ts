const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;
/** That workers of several models that died together do not start together. */
const JITTER = 0.25;

/**
 * Milliseconds from a worker’s death until the next may start: none after the first death, then 100 ms, and twice as
 * long each time, up to 30 s, plus up to a quarter.
 * @param level deaths, less the good runs since, at least 0; see {@link nextLevel}
 * @param random 0 to 1
 */
export function backoffMs(level: number, random: number): number {
	if (level <= 1) return 0;
	return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (level - 2)) * (1 + JITTER * random);
}

/** Beyond it the wait does not grow, and a good stretch should not take longer to forgive. */
export const HIGHEST_LEVEL = 2 + Math.ceil(Math.log2(LONGEST_WAIT_MS / FIRST_WAIT_MS));

/**
 * The level after a death or a good run. Each good run makes up for a death: workers killed by chance do some runs in
 * between, so their replacement never waits, and one that dies of every run waits longer and longer.
 */
export function nextLevel(level: number, event: 'death' | 'goodRun'): number {
	return event === 'death' ? Math.min(HIGHEST_LEVEL, level + 1) : Math.max(0, level - 1);
}

/** Variables of a host whose memory is to be judged. */
export const QUIET_MEMORY = {
	// Else garbage that was not collected yet, tens of MB under load, would pass for memory that is in use.
	NODE_OPTIONS: '--max-semi-space-size=1',
	// As a host has that a node started.
	MALLOC_ARENA_MAX: '2',
	MALLOC_TRIM_THRESHOLD_: '131072',
};

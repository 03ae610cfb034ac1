// What the host must reach, on MiniLM fp32 where a model is needed. `bestPeer` was seen on two cores before there was a host.
export const REQUIRED = {
	short: { atLeast: 0.9, bestPeer: 0.76 },
	ragged: { atLeast: 0.9, bestPeer: 0.43 },
	'singles-16': { atLeast: 0.95, bestPeer: 0.9 },
	lone: { atMost: 1.15 },
	'interactive-latency': { atMost: 2 },
	'interactive-bulk': { atLeast: 0.85 },
	'repeated-80': { atLeast: 0.8, bestPeer: 0.21 },
	'repeated-100': { atLeast: 40 },
	padding: { atLeast: 0.9 },
	rest: { atMost: 90 },
	cold: { atMost: 1.5 },
	'nodes-memory': { atMost: 12 },
	'nodes-native': { atMost: 0 },
};

import { describe, expect, test } from 'vitest';

import { FrameReader, toFrame } from '../../../../runtime/workers/frames';

const MESSAGES = [
	{ type: 'run', batch: { ids: BigInt64Array.from([1n, -2n]), lengths: [2] }, width: undefined },
	{ type: 'vectors', vectors: Float32Array.from([0.5, Number.NaN, -0]), nonFiniteRows: [0] },
	null,
	'ü'.repeat(300),
];

describe('messages over a channel', () => {
	test('arrive whole and in order, however they are cut', () => {
		const bytes = Buffer.concat(MESSAGES.map(toFrame));
		for (let size = 1; size <= bytes.length; size++) {
			const reader = new FrameReader();
			const found: unknown[] = [];
			for (let at = 0; at < bytes.length; at += size) found.push(...reader.read(bytes.subarray(at, at + size)));
			expect(found).toEqual(MESSAGES);
		}
	});

	test('that are none are refused', () => {
		const framed = (body: string) => Buffer.concat([Buffer.from([0, 0, 0, body.length]), Buffer.from(body)]);
		expect(() => new FrameReader().read(framed('no message'))).toThrow();
		expect(() => new FrameReader().read(Buffer.from('a length beyond all measure'))).toThrow('bytes');
	});
});

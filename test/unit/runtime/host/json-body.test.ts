import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeUtf8 } from '../../../../runtime/host/json-body';
import { testServer } from '../../../support/server';

function expectAsNode(bytes: Buffer): void {
	expect(decodeUtf8(bytes)).toBe(bytes.toString('utf8'));
}

test('bytes are read as Node reads UTF-8, whatever they are', () => {
	fc.assert(fc.property(fc.uint8Array(), (bytes) => expectAsNode(Buffer.from(bytes))));
	fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expectAsNode(Buffer.from(text))));
});

test.each(['', 'plain', 'größe', 'прог', '日本語', '😀', '\ufeffmark', '\ud800'])('%s', (text) => {
	expectAsNode(Buffer.from(text));
});

test('a text in any script reaches the provider as it was sent, also in a large body', async () => {
	const { embed, provider } = testServer();
	const texts = ['größe', 'прог', '日本語 😀', 'x'.repeat(300_000), 'é'.repeat(300_000)];
	await embed({ input: texts });
	await embed(`\ufeff{"input": "mark"}`);
	expect(provider.requests).toEqual([{ inputs: texts }, { inputs: ['mark'] }]);
});

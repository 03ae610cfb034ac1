import { duplexPair, type Duplex } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { Channel } from '../../../../runtime/workers/channel';
import { toFrame } from '../../../../runtime/workers/frames';
import { settle } from '../../../support/async';

function listenTo(pipe: Duplex) {
	const channel = new Channel(pipe);
	const heard: unknown[] = [];
	channel.on('message', (message) => heard.push(message));
	channel.on('malformed', () => heard.push('malformed'));
	channel.on('disconnect', () => heard.push('disconnect'));
	return { channel, heard };
}

describe('a channel', () => {
	test('carries messages both ways', async () => {
		const [here, there] = duplexPair().map((pipe) => listenTo(pipe));
		here!.channel.send({ a: 1 });
		there!.channel.send({ b: 2 });
		await settle();
		expect([here!.heard, there!.heard]).toEqual([[{ b: 2 }], [{ a: 1 }]]);
	});

	test('says once that what came is no message, and hears nothing after it', async () => {
		const [pipe, other] = duplexPair();
		const { heard } = listenTo(pipe!);
		other!.write(Buffer.from([0, 0, 0, 1, 0]));
		other!.write(toFrame('later'));
		await settle();
		expect(heard).toEqual(['malformed', 'disconnect']);
	});

	test('says once that it is closed, whoever closed it; what is sent then is lost', async () => {
		const [pipe, other] = duplexPair();
		const { channel, heard } = listenTo(pipe!);
		other!.end();
		await settle();
		channel.close();
		channel.send('too late');
		await settle();
		expect([heard, channel.isOpen]).toEqual([['disconnect'], false]);
	});
});

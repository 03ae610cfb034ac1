import { connect, type Socket } from 'node:net';

import type { EmbedHost } from './embed-host';

export interface RawAnswer {
	readonly status: number;
	readonly body: string;
}

/** A connection on which a test writes what it likes, and all that came back. */
export class RawConnection {
	/** All answers, once the connection is closed by either side. */
	readonly answers: Promise<readonly RawAnswer[]>;
	readonly opened: Promise<void>;
	readonly #socket: Socket;
	#text = '';

	constructor(host: EmbedHost) {
		const { hostname, port } = new URL(host.listening);
		this.#socket = connect({ host: hostname, port: Number(port) });
		this.#socket.setEncoding('latin1').on('data', (piece: string) => (this.#text += piece));
		this.#socket.on('error', () => {});
		this.opened = new Promise((resolve) => this.#socket.once('connect', resolve));
		this.answers = new Promise((resolve) => this.#socket.once('close', () => resolve(answersIn(this.#text))));
	}

	write(bytes: string | Buffer): void {
		if (typeof bytes === 'string') this.#socket.write(bytes, 'latin1');
		else this.#socket.write(bytes);
	}

	/** Says that no more will come. */
	end(): void {
		this.#socket.end();
	}

	hangUp(): void {
		this.#socket.destroy();
	}

	/** Answers, as far as they are here whole; hangs up when nothing has come for a while. */
	async settled(quietMs: number): Promise<readonly RawAnswer[]> {
		this.#socket.setTimeout(quietMs, () => this.#socket.destroy());
		return this.answers;
	}
}

/** @throws when what came is not a row of HTTP answers; the last may be cut short */
function answersIn(text: string): RawAnswer[] {
	const answers: RawAnswer[] = [];
	for (let rest = text; rest !== ''; ) {
		const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest);
		if (!head) throw new Error(`no answer: ${JSON.stringify(rest.slice(0, 300))}`);
		rest = rest.slice(head[0].length);
		if (head[1] === '100') continue;
		const length = /^content-length: (\d+)/im.exec(head[2]!)?.[1];
		const chunked = /^transfer-encoding: chunked/im.test(head[2]!);
		if (chunked) throw new Error('these tests ask for nothing that long');
		answers.push({ status: Number(head[1]), body: rest.slice(0, Number(length ?? 0)) });
		rest = rest.slice(Number(length ?? 0));
	}
	return answers;
}

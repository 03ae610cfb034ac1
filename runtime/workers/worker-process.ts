import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';

import { Channel, CHANNEL_DESCRIPTOR } from './channel';
import type { ToWorker } from './protocol';

interface WorkerProcessEvents {
	message: [message: unknown];
	/** The channel is closed: the process leaves, unless it hangs. */
	disconnect: [];
	exit: [code: number | null, signal: NodeJS.Signals | null];
	/** It could not be started, or it said what is no message and was killed. */
	error: [error: Error];
}

/** A Node process that runs `entry` and is spoken to over a channel. */
export class WorkerProcess extends EventEmitter<WorkerProcessEvents> {
	readonly #child: ChildProcess;
	readonly #channel: Channel;

	constructor(entry: string) {
		super();
		// What the host was started with (an inspector, a loader) is not for its workers: no `execArgv`.
		this.#child = spawn(process.execPath, [entry], { stdio: ['ignore', 'ignore', 'inherit', 'overlapped'] });
		this.#channel = new Channel(this.#child.stdio[CHANNEL_DESCRIPTOR] as Duplex);
		this.#channel.on('message', (message) => this.emit('message', message));
		this.#channel.on('disconnect', () => this.emit('disconnect'));
		this.#channel.on('malformed', (error) => {
			this.kill('SIGKILL');
			this.emit('error', error);
		});
		this.#child.once('exit', (code, signal) => this.emit('exit', code, signal));
		this.#child.on('error', (error) => this.emit('error', error));
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	get connected(): boolean {
		return this.#channel.isOpen;
	}

	/** What is sent to a process that is gone is lost. */
	send(message: ToWorker): void {
		this.#channel.send(message);
	}

	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}
}

import { EmbedError } from '../../runtime/base/errors';

/** Lets everything run that waits for nothing but its turn. */
export function settle(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

export interface Gate {
	readonly opened: Promise<void>;
	open(): void;
}

/** Holds whoever awaits it until it is opened. */
export function gate(): Gate {
	let open = () => {};
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { opened, open };
}

/** The EmbedError that a call ends with; anything else is a failed test. */
export async function refusalOf(call: () => unknown): Promise<EmbedError> {
	try {
		await call();
	} catch (error) {
		if (error instanceof EmbedError) return error;
		throw error;
	}
	throw new Error('nothing was refused');
}

/** Lets time go by until the work is done, a tenth of a second at a time: for what waits before it tries again. */
export async function whileTimePasses<T>(clock: { advance(ms: number): void }, work: Promise<T>): Promise<T> {
	let isDone = false;
	const end = () => void (isDone = true);
	work.then(end, end);
	for (await settle(); !isDone; await settle()) clock.advance(100);
	return work;
}

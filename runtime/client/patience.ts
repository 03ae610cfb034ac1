import type { EmbedError } from '../base/errors';

/** As long as a request itself may take. */
const BUSY_PATIENCE_MS = 600_000;
/** A server that is started anew is back by then; one that is gone is not waited for much longer. */
const LOST_PATIENCE_MS = 60_000;
/** The request was not lost: it took as long as one may take, and would again. */
const TIMEOUTS = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** How long a call may wait, in all, to be made again after this error; in milliseconds. 0: asking again is of no use. */
export type Patience = (error: EmbedError) => number;

/** With a server that is there and says “not now”. */
export const patienceWhenBusy: Patience = (error) =>
	isBusy(error) ? BUSY_PATIENCE_MS : error.code === 'model_unavailable' ? LOST_PATIENCE_MS : 0;

/** The same, and with a server that has answered before and now does not. */
export const patienceWhenBusyOrLost: Patience = (error) =>
	isLost(error) ? Math.max(LOST_PATIENCE_MS, patienceWhenBusy(error)) : patienceWhenBusy(error);

function isBusy({ code, retryAfterS }: EmbedError): boolean {
	if (code === 'overloaded' || code === 'shutting_down') return true;
	// Another server’s 503: if it says when, it will be back.
	return code === 'host_unreachable' && retryAfterS !== undefined;
}

/** Whether nobody is there any more, or for the moment. */
export function isLost({ code, cause }: EmbedError): boolean {
	return code === 'host_unreachable' && !TIMEOUTS.includes((cause as { code?: string } | undefined)?.code ?? '');
}

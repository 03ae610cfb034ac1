/** The field `idle_timeout_s` of a request: how long a model stays after it; up to a year. */
export const IDLE_TIMEOUT_S = { type: 'number', minimum: 0, maximum: 31_536_000 } as const;

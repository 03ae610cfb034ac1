// How figures are written, on the screen and in the docs.

/** Three digits at least, no more than are needed. */
export function number(value) {
	if (value === null || value === undefined || Number.isNaN(value)) return '–';
	if (value === 0) return '0';
	const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
	return value.toFixed(digits);
}

export function requirement(required) {
	if (required === null) return '';
	return required.atLeast !== undefined ? `≥ ${required.atLeast}` : `≤ ${required.atMost}`;
}

/** Cut off at six digits, never rounded up: 0.99999996 is not 1. */
export function cosine(value) {
	return (Math.floor(value * 1e6) / 1e6).toFixed(6);
}

export function verdict({ isValid, isMet }) {
	if (!isValid) return 'NOT VALID';
	return isMet === null ? '' : isMet ? 'met' : 'missed';
}

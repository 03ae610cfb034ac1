// Ids in, unit vectors out, with nothing around onnxruntime that could cost time.

/**
 * The options that the product uses too. A process with all cores to itself is quickest when its threads wait for one
 * another in a loop within a run; between runs none may.
 */
export function sessionOptions(threads) {
	return {
		executionProviders: ['cpu'],
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		logSeverityLevel: 3,
		extra: {
			session: {
				intra_op: { allow_spinning: threads > 1 ? '1' : '0' },
				force_spinning_stop: '1',
				x64quantprecision: '1',
			},
		},
	};
}

const OUTPUT = 'last_hidden_state';

/** @returns one vector a row: an async function of rows of ids, which are padded on the right */
export function embedder({ Tensor }, session, pooling) {
	const cacheInputs = session.inputMetadata.filter(({ name }) => name.startsWith('past_key_values.'));
	const names = session.inputMetadata.map(({ name }) => name).filter((name) => !name.startsWith('past_key_values.'));
	return async (rows) => {
		const width = rows.reduce((widest, { length }) => Math.max(widest, length), 0);
		const feeds = {};
		for (const name of names) {
			feeds[name] = new Tensor('int64', fill(name, rows, width), [rows.length, width]);
		}
		for (const { name, shape } of cacheInputs) {
			feeds[name] = new Tensor('float32', new Float32Array(0), [rows.length, shape[1], 0, shape[3]]);
		}
		const { [OUTPUT]: output } = await session.run(feeds, [OUTPUT]);
		return rows.map(({ length }, row) => pool(output.data, { pooling, row, length, width, size: output.dims[2] }));
	};
}

function fill(name, rows, width) {
	const data = new BigInt64Array(rows.length * width);
	// Values are small and not negative: writing only the low words spares a BigInt a token.
	const words = new Int32Array(data.buffer);
	if (name === 'token_type_ids') return data;
	rows.forEach((ids, row) => {
		const filled = name === 'position_ids' ? width : ids.length;
		for (let i = 0; i < filled; i++) {
			words[2 * (row * width + i)] = name === 'input_ids' ? ids[i] : name === 'position_ids' ? i : 1;
		}
	});
	return data;
}

// The sum stands in for the mean: both have the same direction, and the length becomes 1.
function pool(data, { pooling, row, length, width, size }) {
	const vector = new Float32Array(size);
	const first = pooling === 'last' ? length - 1 : 0;
	for (let token = first; token < length; token++) {
		const start = (row * width + token) * size;
		for (let d = 0; d < size; d++) vector[d] += data[start + d];
	}
	let squares = 0;
	for (let d = 0; d < size; d++) squares += vector[d] * vector[d];
	const scale = 1 / Math.sqrt(squares);
	for (let d = 0; d < size; d++) vector[d] *= scale;
	return vector;
}

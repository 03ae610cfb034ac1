import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import { EmbedError, messageOf } from '../base/errors';
import type { Options } from '../base/options';

export type Dtype = Options['dtype'];

/** The hub’s file names for each precision, best known first. */
const NAMES: Readonly<Record<Exclude<Dtype, 'auto'>, readonly string[]>> = {
	fp32: ['model.onnx'],
	fp16: ['model_fp16.onnx'],
	q8: ['model_q8_block32.onnx', 'model_q8.onnx', 'model_quantized.onnx'],
	int8: ['model_int8.onnx', 'model_quantized.onnx'],
	uint8: ['model_uint8.onnx'],
	q4: ['model_q4.onnx'],
	q4f16: ['model_q4f16.onnx'],
	bnb4: ['model_bnb4.onnx'],
};

/**
 * The graph to run: of the asked precision, or with `auto` model.onnx, else the only file there is.
 * @throws EmbedError `model_load_failed` when there is none, `model_unclear` when there are several to choose from
 */
export function findGraphFile(folder: string, dtype: Dtype): string {
	const files = [folder, join(folder, 'onnx')].flatMap(onnxFiles);
	if (files.length === 0) {
		throw new EmbedError(
			'model_load_failed',
			`There is no .onnx file in ${folder} or ${join(folder, 'onnx')}: download the model’s ONNX files there`,
		);
	}
	const wanted = dtype === 'auto' ? NAMES.fp32 : NAMES[dtype];
	const byName = wanted.map((name) => files.find((file) => basename(file) === name)).find((file) => file !== undefined);
	if (byName) return byName;
	if (dtype === 'auto' && files.length === 1) return files[0]!;
	const names = files.map((file) => basename(file)).join(', ');
	throw dtype === 'auto'
		? new EmbedError(
				'model_unclear',
				`Which file to run is not clear: ${folder} has ${names} and no model.onnx. Choose one with --dtype`,
			)
		: new EmbedError(
				'model_load_failed',
				`${folder} has no ${wanted.join(' or ')} for --dtype ${dtype}; there is ${names}`,
			);
}

/**
 * What can be told from the outside, before a worker is started: the file is there, readable, and no stand-in.
 * @throws EmbedError `model_load_failed`
 */
export function checkGraphFile(file: string): void {
	const head = Buffer.alloc(64);
	try {
		const descriptor = openSync(file, 'r');
		try {
			readSync(descriptor, head);
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		throw new EmbedError('model_load_failed', `Cannot read ${file}: ${messageOf(error)}`, { cause: error });
	}
	if (head.toString('latin1').startsWith('version https://git-lfs')) {
		throw new EmbedError(
			'model_load_failed',
			`${file} is a Git LFS pointer, not the weights: fetch the file itself (git lfs pull)`,
		);
	}
	if (statSync(file).size === 0) throw new EmbedError('model_load_failed', `${file} is empty: fetch it again`);
}

function onnxFiles(folder: string): string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((name) => name.endsWith('.onnx'))
		.sort()
		.map((name) => join(folder, name));
}

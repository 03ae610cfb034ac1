import { NodeOperationError, type IExecuteFunctions, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import type { JobSummary, Outcome } from '../../runtime';
import { openEngine } from '../shared/engine';
import { readTexts, type ItemText } from '../shared/item-texts';
import { readSettings, type NumberFormat } from './settings';

type Runtime = typeof import('../../runtime');
type Embedded = Extract<Outcome<IDataObject[string]>, { ok: true }>;

/**
 * Embeds the text of every item in a few requests; a text that fails, fails only its item. Vectors take their output form as
 * they arrive, and long loops let n8n’s other work run in between.
 */
export async function executeEmbed(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const settings = readSettings(context);
	const signal = context.getExecutionCancelSignal();
	const call = signal ? { signal } : {};
	const texts = await readTexts(context, items.length, call);
	const usable = texts.flatMap((entry) => ('text' in entry ? [entry.text] : []));
	if (!context.continueOnFail()) throwFirst(texts);

	const runtime = await import('../../runtime/index.js');
	const provider = await openEngine(context, settings.engine);
	try {
		const convert = (vector: Float32Array) => formatVector(runtime, vector, settings.numberFormat);
		const job = await runtime.embedTexts(provider, usable, settings.texts, { ...call, convert });
		if (job.fault && !context.continueOnFail()) throw new NodeOperationError(context.getNode(), job.fault.message);
		const { model, dimensions } = job.summary;
		const fieldsOf = ({ vector, cached }: Embedded): IDataObject => ({
			[settings.outputField]: vector,
			...(settings.addDetails && { [`${settings.outputField}Details`]: { model, dimensions, cached } }),
		});
		const outcomes = job.outcomes.values();
		const toOutput = (item: INodeExecutionData, itemIndex: number): INodeExecutionData => {
			const text = texts[itemIndex]!;
			if ('error' in text) return failed(item, itemIndex, text.error);
			const outcome = outcomes.next().value!;
			if (outcome.ok) return { ...item, json: { ...item.json, ...fieldsOf(outcome) }, pairedItem: { item: itemIndex } };
			const error = toNodeError(context, outcome, itemIndex);
			if (!context.continueOnFail()) throw error;
			return failed(item, itemIndex, error);
		};
		const output: INodeExecutionData[] = [];
		await runtime.inSlices(items.length, (itemIndex) => output.push(toOutput(items[itemIndex]!, itemIndex)), call);
		if (model !== '') context.addExecutionHints({ message: describe(job.summary), location: 'outputPane' });
		return [output];
	} finally {
		await provider.close();
	}
}

function throwFirst(texts: readonly ItemText[]): void {
	for (const entry of texts) if ('error' in entry) throw entry.error;
}

function failed(item: INodeExecutionData, itemIndex: number, error: NodeOperationError): INodeExecutionData {
	return { json: { ...item.json, error: error.message }, error, pairedItem: { item: itemIndex } };
}

function toNodeError(
	context: IExecuteFunctions,
	{ error }: Extract<Outcome, { ok: false }>,
	itemIndex: number,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), `Item ${itemIndex} was not embedded: ${error.message}`, {
		itemIndex,
	});
}

function formatVector(runtime: Runtime, vector: Float32Array, format: NumberFormat): IDataObject[string] {
	if (format === 'base64') return runtime.toBase64(vector);
	return Array.from(runtime.formatNumbers(vector, format === 'array' ? 'float' : format));
}

function describe({ model, dimensions, texts, cachedTexts, tokens, elapsedMs }: JobSummary): string {
	const count = `${texts} text${texts === 1 ? '' : 's'}`;
	return `${count} embedded by ${model} (${dimensions} numbers each): ${cachedTexts} from the cache, ${tokens} tokens, ${(elapsedMs / 1000).toFixed(1)} s`;
}

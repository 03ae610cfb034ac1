import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { INodeExecutionData, NodeExecutionHint, NodeOperationError } from 'n8n-workflow';

import { dist, root } from './paths';

export interface NodeRun {
	readonly output: readonly INodeExecutionData[];
	readonly hints: readonly NodeExecutionHint[];
}

export interface NodeRunOptions {
	readonly continueOnFail?: boolean;
	readonly credentials?: Readonly<Record<string, unknown>>;
	readonly signal?: AbortSignal;
}

type RunNode = (
	node: unknown,
	items: readonly INodeExecutionData[],
	parameters: Readonly<Record<string, unknown>>,
	options?: NodeRunOptions,
) => Promise<NodeRun>;

/** The built Embed node over items of `{ text }`, in the least of n8n’s context that it needs. */
export async function runEmbed(
	texts: readonly unknown[],
	parameters: Readonly<Record<string, unknown>> = {},
	options?: NodeRunOptions,
): Promise<NodeRun> {
	const { Embed } = createRequire(join(dist, 'index.js'))(
		'./nodes/Embed/Embed.node.js',
	) as typeof import('../../../nodes/Embed/Embed.node');
	const { runNode } = (await import(pathToFileURL(join(root, 'scripts/lib/run-node.mjs')).href)) as {
		runNode: RunNode;
	};
	const items = texts.map((text, id) => ({ json: { id, text } as INodeExecutionData['json'] }));
	return runNode(new Embed(), items, { text: (json: { text: unknown }) => json.text, ...parameters }, options);
}

export async function nodeErrorOf(run: Promise<unknown>): Promise<NodeOperationError> {
	return run.then(
		() => Promise.reject(new Error('the node did not fail')),
		(error: NodeOperationError) => error,
	);
}

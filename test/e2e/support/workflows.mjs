// Workflows as n8n's REST interface wants them.
import { randomUUID } from 'node:crypto';

/** Webhook → one item a text → Embed; the answer of the webhook is what Embed puts out. */
export function webhookWorkflow(path, parameters, { onError, credentials, responseMode = 'lastNode' } = {}) {
	const nodes = [
		node(
			'Webhook',
			'n8n-nodes-base.webhook',
			2,
			{ httpMethod: 'POST', path, responseMode, responseData: 'allEntries', options: {} },
			{ webhookId: randomUUID() },
		),
		node('Split', 'n8n-nodes-base.splitOut', 1, {
			fieldToSplitOut: 'body.texts',
			options: { destinationFieldName: 'text' },
		}),
		embedNode(parameters, { ...(onError && { onError }), ...(credentials && { credentials }) }),
	];
	return workflow(path, nodes);
}

/** Manual Trigger → the texts → Embed, for `n8n execute`. */
export function manualWorkflow(id, texts, parameters = {}) {
	const nodes = [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		node('Texts', 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput: JSON.stringify({ text: texts }), options: {} }),
		node('Split', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'text', options: {} }),
		embedNode(parameters),
	];
	return { id, ...workflow(id, nodes) };
}

function embedNode(parameters, more) {
	return node('Embed', 'n8n-nodes-embed.embed', 1, { text: '={{ $json.text }}', ...parameters }, more);
}

function node(name, type, typeVersion, parameters, more = {}) {
	return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters, ...more };
}

function workflow(name, nodes) {
	const links = nodes
		.slice(1)
		.map((next, i) => [nodes[i].name, { main: [[{ node: next.name, type: 'main', index: 0 }]] }]);
	return { name, nodes, connections: Object.fromEntries(links), settings: { executionOrder: 'v1' }, active: false };
}

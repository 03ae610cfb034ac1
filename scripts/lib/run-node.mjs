// Runs a node of this package outside n8n: the few functions of n8n's context that the nodes use, and nothing else.

/**
 * @param node an instance of a node class
 * @param items what comes in: n8n items, `{ json }`
 * @param parameters values by name; a function is called with the item's json, as an expression would be
 */
export async function runNode(node, items, parameters, { continueOnFail = false, credentials = {}, signal } = {}) {
	const hints = [];
	const context = {
		getInputData: () => items,
		getNodeParameter: (name, index, fallback) => {
			const value = parameters[name] ?? fallback;
			return typeof value === 'function' ? value(items[index].json) : value;
		},
		getNode: () => ({
			id: 'node',
			name: node.description.displayName,
			type: node.description.name,
			typeVersion: 1,
			position: [0, 0],
			parameters,
		}),
		continueOnFail: () => continueOnFail,
		getCredentials: async (name) => credentials[name],
		getExecutionCancelSignal: () => signal,
		addExecutionHints: (...added) => hints.push(...added),
	};
	const [output] = await node.execute.call(context);
	return { output, hints };
}

// The nodes that the tests' workflows are made of.
let column = 0;

function node(name, type, typeVersion, parameters, rest = {}) {
	return { id: crypto.randomUUID(), name, type, typeVersion, position: [220 * column++, 0], parameters, ...rest };
}

export const manualTrigger = () => node('Start', 'n8n-nodes-base.manualTrigger', 1, {});

/** Answers with what comes out of the last node. @param responseData allEntries or firstEntryJson */
export const webhook = (path, responseData = 'allEntries') =>
	node(
		'Webhook',
		'n8n-nodes-base.webhook',
		2,
		{ httpMethod: 'POST', path, responseMode: 'lastNode', responseData, options: {} },
		{ webhookId: path },
	);

/** One item for each of the body's `texts`. */
export const splitTexts = () =>
	node('Texts', 'n8n-nodes-base.splitOut', 1, {
		fieldToSplitOut: 'body.texts',
		options: { destinationFieldName: 'text' },
	});

/** @param js returns the items */
export const code = (js) => node('Code', 'n8n-nodes-base.code', 2, { jsCode: js });

export const limit = (maxItems) => node('Limit', 'n8n-nodes-base.limit', 1, { maxItems });

export const noOperation = () => node('Nothing', 'n8n-nodes-base.noOp', 1, {});

/** Embeds each item's `text`. @param rest node settings: onError, credentials */
export const embed = (parameters = {}, rest = {}) =>
	node('Embed', 'n8n-nodes-embed.embed', 1, { text: '={{ $json.text }}', ...parameters }, rest);

/** POST with a JSON body. */
export const httpRequest = (url, headers, body) =>
	node('HTTP Request', 'n8n-nodes-base.httpRequest', 4.2, {
		method: 'POST',
		url,
		sendHeaders: true,
		headerParameters: { parameters: Object.entries(headers).map(([name, value]) => ({ name, value })) },
		sendBody: true,
		specifyBody: 'json',
		jsonBody: JSON.stringify(body),
		options: {},
	});

import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

export class EmbedServerApi implements ICredentialType {
	name = 'embedServerApi';

	displayName = 'Embed Server API';

	icon: Icon = { light: 'file:../icons/embed.svg', dark: 'file:../icons/embed.dark.svg' };

	documentationUrl = 'https://docs.n8n.io/integrations/community-nodes/';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'http://localhost:30000',
			placeholder: 'http://embed:30000',
			description:
				'Address of an embed host, or of any server that speaks the OpenAI embeddings API (SGLang, vLLM, TEI, OpenAI). With or without /v1 at its end.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'The key that the server wants. Leave empty if it wants none.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		// A server without a key accepts any; a header is sent in any case, as the OpenAI clients do.
		properties: { headers: { Authorization: '=Bearer {{ $credentials.apiKey || "EMPTY" }}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "").replace(/\\/v1$/, "") }}',
			url: '/v1/models',
		},
	};
}

import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';

import { ERRORS } from '../../../../../runtime/base/errors';
import { openApiDocument, type OpenApiDocument } from '../../../../../runtime/host/openapi/document';
import { collectRoutes } from '../../../../../runtime/host/openapi/operation';
import { testServer } from '../../../../support/server';

interface Described {
	readonly operationId?: string;
	readonly summary?: string;
	readonly security?: readonly object[];
	readonly responses: Readonly<Record<string, { readonly description: string; readonly headers?: object }>>;
}

async function hostDocument(): Promise<OpenApiDocument> {
	return (await testServer().get('/openapi.json')).json();
}

function operationsOf({ paths }: OpenApiDocument): [string, Described][] {
	return Object.entries(paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]): [string, Described] => [
			`${method} ${path}`,
			operation as unknown as Described,
		]),
	);
}

describe('the host’s document', () => {
	test('has every route of the server', async () => {
		const { server } = testServer();
		await server.ready();
		// Fastify’s own drawing of its routes: a parent’s address stands before its child’s.
		const drawn = server.printRoutes({ commonPrefix: false });
		const routes = drawn.match(/\((?:[A-Z]+(?:, )?)+\)/g)!.flatMap((methods) => methods.match(/[A-Z]+/g)!);
		const document = (await server.inject('/openapi.json')).json<OpenApiDocument>();
		const operations = operationsOf(document);
		expect(operations.length).toBeGreaterThanOrEqual(routes.filter((method) => method !== 'HEAD').length);
		for (const [, url] of drawn.matchAll(/ (\/\S+) \(/g)) expect(Object.keys(document.paths)).toContain(url);
	});

	test('says of each what it does and what it answers: a new route gives its `config.operation`', async () => {
		const operations = operationsOf(await hostDocument());
		const untold = operations.filter(
			([, { operationId, summary, responses }]) =>
				!operationId || !summary || !Object.keys(responses).some((status) => status < '300'),
		);
		expect(untold.map(([name]) => name)).toEqual([]);
		const ids = operations.map(([, { operationId }]) => operationId);
		expect(new Set(ids).size).toBe(ids.length);
	});

	test('has only statuses that an answer or the table of errors has, each with its meaning', async () => {
		const known = new Set(['200', '202', ...Object.values(ERRORS).map(({ status }) => String(status))]);
		for (const [name, { responses }] of operationsOf(await hostDocument())) {
			expect(
				Object.keys(responses).filter((status) => !known.has(status)),
				name,
			).toEqual([]);
			for (const { description } of Object.values(responses)) expect(description).not.toBe('');
		}
	});

	test('says where no key is asked for: /health alone', async () => {
		const operations = operationsOf(await hostDocument());
		const open = operations.filter(([, { security }]) => security !== undefined);
		expect(open.map(([name]) => name)).toEqual(['get /health']);
		for (const [name, { responses }] of operations) expect('401' in responses, name).toBe(name !== 'get /health');
	});

	test('tells the headers of a refusal that asks for a wait or a key', async () => {
		const { responses } = Object.fromEntries(operationsOf(await hostDocument()))['post /v1/embeddings']!;
		expect(Object.keys(responses['429']!.headers!)).toEqual(['retry-after']);
		expect(Object.keys(responses['503']!.headers!)).toEqual(['retry-after']);
		expect(Object.keys(responses['401']!.headers!)).toEqual(['www-authenticate']);
	});

	test('names every field of a request that the server checks', async () => {
		const { paths } = await hostDocument();
		const { properties } = (
			paths['/v1/embeddings']!.post as {
				requestBody: { content: { 'application/json': { schema: { properties: Record<string, object> } } } };
			}
		).requestBody.content['application/json'].schema;
		for (const [field, schema] of Object.entries(properties)) {
			const { embed } = testServer();
			const reply = await embed({ input: 'a', [field]: { no: 'such value' } });
			expect([field, reply.statusCode]).toEqual([field, 400]);
			expect(schema).not.toEqual({});
		}
		expect(Object.keys(properties)).toContain('input');
	});
});

describe('a document', () => {
	function documentOf(register: (server: ReturnType<typeof fastify>) => void): OpenApiDocument {
		const server = fastify();
		const routes = collectRoutes(server);
		register(server);
		return openApiDocument(routes, '1.2.3');
	}

	test('has a route that says nothing of itself, with its parameters', () => {
		const { paths } = documentOf((server) => server.get('/things/:id/*', async () => ({})));
		expect(paths['/things/{id}/{rest}']!.get).toMatchObject({ parameters: [{ name: 'id' }, { name: 'rest' }] });
	});

	test('has several addresses for a wildcard that stands for them', () => {
		const answers = { 200: { description: 'Done.', name: 'Done', schema: { type: 'object' } } };
		const { paths, components } = documentOf((server) =>
			server.post('/things/*', {
				config: {
					operation: [
						{ id: 'open', summary: 'Opens.', path: '/things/{id}/open', answers, isBodyOptional: true },
						{ id: 'shut', summary: 'Shuts.', path: '/things/{id}/shut', answers, errors: ['overloaded'] },
					],
				},
				schema: { body: { type: 'object' } },
				handler: async () => ({}),
			}),
		);
		expect(Object.keys(paths)).toEqual(['/things/{id}/open', '/things/{id}/shut']);
		expect(paths['/things/{id}/open']!.post).toMatchObject({ operationId: 'open', requestBody: { required: false } });
		expect(paths['/things/{id}/shut']!.post).toMatchObject({ responses: { 200: {}, 429: {} } });
		expect(components.schemas).toMatchObject({ Done: { type: 'object' } });
	});
});

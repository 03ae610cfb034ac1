import { ERROR_SCHEMA, errorAnswers } from './error-answers';
import type { JsonSchema } from './json-schema';
import type { KnownRoute, Operation, OperationAnswer } from './operation';

export interface OpenApiDocument {
	readonly openapi: '3.1.0';
	readonly info: JsonSchema;
	/** Address → method in small letters → operation. */
	readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
	readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes: JsonSchema };
	readonly [field: string]: unknown;
}

/** The OpenAPI 3.1 document of these routes. A route that says nothing of itself is there too, without its answers. */
export function openApiDocument(routes: readonly KnownRoute[], version: string): OpenApiDocument {
	const paths: Record<string, Record<string, JsonSchema>> = {};
	const schemas: Record<string, JsonSchema> = { Error: ERROR_SCHEMA };
	for (const route of routes) {
		for (const operation of route.operations.length > 0 ? route.operations : [undefined]) {
			for (const { name, schema } of Object.values(operation?.answers ?? {})) schemas[name] = schema;
			const path = operation?.path ?? pathOf(route);
			(paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, path, operation);
		}
	}
	return {
		openapi: '3.1.0',
		info: {
			title: 'n8n-nodes-embed host',
			version,
			description: 'Text embeddings on your own machine, on OpenAI’s wire.',
			license: { name: 'MIT', identifier: 'MIT' },
		},
		servers: [{ url: '/' }],
		security: [{ key: [] }],
		paths,
		components: {
			schemas,
			securitySchemes: {
				key: {
					type: 'http',
					scheme: 'bearer',
					description: 'The host’s `--api-key`. A host that has none takes any, and none.',
				},
			},
		},
	};
}

/** `/things/:id/*` → `/things/{id}/{rest}` */
function pathOf({ url }: KnownRoute): string {
	return url.replace('*', '{rest}').replace(/:(\w+)/g, '{$1}');
}

function operationOf({ method, isOpen, body }: KnownRoute, path: string, operation: Operation | undefined): JsonSchema {
	const schema = operation?.body ?? body;
	const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
		name,
		in: 'path',
		required: true,
		...(operation?.parameters && { description: operation.parameters[name!] }),
		schema: { type: 'string', minLength: 1 },
	}));
	return {
		...(operation && { operationId: operation.id, summary: operation.summary }),
		...(isOpen && { security: [{}, { key: [] }] }),
		...(parameters.length > 0 && { parameters }),
		...(schema && { requestBody: { required: operation?.isBodyOptional !== true, content: jsonContent(schema) } }),
		responses: {
			...errorAnswers(operation?.errors ?? [], { isOpen, hasBody: method !== 'GET' }),
			...Object.fromEntries(
				Object.entries(operation?.answers ?? {}).map(([status, answer]) => [status, answerOf(answer)]),
			),
		},
	};
}

function answerOf({ description, name, headers }: OperationAnswer): JsonSchema {
	return {
		description,
		...(headers && {
			headers: Object.fromEntries(
				Object.entries(headers).map(([header, { description: says, ...schema }]) => [
					header,
					{ description: says, schema },
				]),
			),
		}),
		content: jsonContent({ $ref: `#/components/schemas/${name}` }),
	};
}

function jsonContent(schema: JsonSchema): JsonSchema {
	return { 'application/json': { schema } };
}

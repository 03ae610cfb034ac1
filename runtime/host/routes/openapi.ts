import type { FastifyInstance } from 'fastify';

import { openApiDocument, type OpenApiDocument } from '../openapi/document';
import type { KnownRoute } from '../openapi/operation';

/** The API’s description of itself, as OpenAPI 3.1. */
export function openApiRoute(server: FastifyInstance, routes: readonly KnownRoute[], version: string): void {
	// Made at the first question, when all routes are known.
	let document: OpenApiDocument | null = null;
	server.get(
		'/openapi.json',
		{
			config: {
				operation: {
					id: 'getOpenApi',
					summary: 'This document.',
					answers: {
						200: {
							description: 'OpenAPI 3.1.',
							name: 'OpenApi',
							schema: { type: 'object', required: ['openapi', 'info', 'paths'] },
						},
					},
				},
			},
		},
		async () => (document ??= openApiDocument(routes, version)),
	);
}

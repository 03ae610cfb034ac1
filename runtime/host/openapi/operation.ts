import type { FastifyInstance } from 'fastify';

import type { ErrorCode } from '../../base/errors';
import type { JsonSchema } from './json-schema';

declare module 'fastify' {
	interface FastifyContextConfig {
		/** What the API’s description says of the route; several, where a wildcard stands for several addresses. */
		operation?: Operation | readonly Operation[];
	}
}

/** What a route says of itself, given as its `config.operation`; its address, key and body schema are known anyway. */
export interface Operation {
	/** Unique, in camel case: clients that are generated name a function so. */
	readonly id: string;
	readonly summary: string;
	/** The address with names in braces, where the route’s own has a wildcard. */
	readonly path?: string;
	/** Name in {@link path} → what it is. */
	readonly parameters?: Readonly<Record<string, string>>;
	/** By status. One that is also an error’s replaces it. */
	readonly answers: Readonly<Record<number, OperationAnswer>>;
	/** What it may refuse with, beside what every route may. */
	readonly errors?: readonly ErrorCode[];
	/** Replaces the route’s own body schema, where that leaves something to the handler. */
	readonly body?: JsonSchema;
	/** Default false. */
	readonly isBodyOptional?: boolean;
}

export interface OperationAnswer {
	readonly description: string;
	/** Of the schema, among the document’s components. */
	readonly name: string;
	readonly schema: JsonSchema;
	/** Header name → what it says. */
	readonly headers?: Readonly<Record<string, JsonSchema & { readonly description: string }>>;
}

/** A route as it was registered. */
export interface KnownRoute {
	readonly method: string;
	readonly url: string;
	/** Answers without a key. */
	readonly isOpen: boolean;
	readonly body: JsonSchema | undefined;
	/** None: the route says nothing of itself. */
	readonly operations: readonly Operation[];
}

/** Every route that is registered from now on; call it before the first. HEAD routes are their GET’s and left out. */
export function collectRoutes(server: FastifyInstance): readonly KnownRoute[] {
	const routes: KnownRoute[] = [];
	server.addHook('onRoute', ({ method, url, schema, config }) => {
		for (const one of [method].flat().filter((name) => name !== 'HEAD')) {
			routes.push({
				method: one,
				url,
				isOpen: config?.open === true,
				body: schema?.body as JsonSchema | undefined,
				operations: [config?.operation ?? []].flat(),
			});
		}
	});
	return routes;
}

/** A schema of JSON Schema 2020-12, which OpenAPI 3.1 uses as it is. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The schema of an object with a schema for every field of its type: a field that is added to the type and not here does
 * not compile. Every field is required but those named; more fields than these are allowed.
 */
export function objectOf<T extends object>(
	properties: Readonly<Record<keyof T & string, JsonSchema>>,
	{ optional = [] }: { readonly optional?: readonly (keyof T & string)[] } = {},
): JsonSchema {
	const required = (Object.keys(properties) as (keyof T & string)[]).filter((name) => !optional.includes(name));
	return { type: 'object', ...(required.length > 0 && { required }), properties };
}

export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

export const TEXT: JsonSchema = { type: 'string' };
export const NUMBER: JsonSchema = { type: 'number' };
/** A whole number from 0. */
export const COUNT: JsonSchema = { type: 'integer', minimum: 0 };

import { createRequire } from 'node:module';

import type { OpenApiDocument } from '../../runtime/host/openapi/document';

interface Operation {
	readonly responses: Readonly<
		Record<string, { readonly content: { readonly 'application/json': { readonly schema: object } } }>
	>;
}

type Validate = ((value: unknown) => boolean) & { readonly errors?: unknown };

export interface GivenAnswer {
	readonly status: number;
	readonly contentType: string | undefined;
	readonly text: string;
}

// As Fastify brings it.
const { default: Ajv } = createRequire(createRequire(require.resolve('fastify')).resolve('@fastify/ajv-compiler'))(
	'ajv/dist/2020',
) as {
	default: new (options: object) => { addSchema(schema: object, key: string): void; compile(schema: object): Validate };
};

/** What may be answered to what is no route, and has no other place in the document. */
const WITHOUT_ROUTE = ['400', '401', '403', '404', '413', '415', '431'];

/** Whether an answer is one that the document declares for its request. */
export class DeclaredAnswers {
	readonly #document: OpenApiDocument;
	readonly #validators = new Map<string, Validate>();
	readonly #ajv;

	constructor(document: OpenApiDocument) {
		this.#document = document;
		this.#ajv = new Ajv({ strict: false });
		this.#ajv.addSchema(document, 'api');
	}

	/** What is wrong with it; null when nothing is. */
	fault(method: string, path: string, { status, contentType, text }: GivenAnswer): string | null {
		if (status === 500) return `500: ${text.slice(0, 500)}`;
		const operation = this.#operation(method === 'HEAD' ? 'GET' : method, path);
		if (!(operation ? Object.keys(operation.responses) : WITHOUT_ROUTE).includes(String(status)))
			return `${status} is not declared for ${method} ${path}`;
		if (!contentType?.startsWith('application/json')) return `content type ${contentType}`;
		if (method === 'HEAD') return text === '' ? null : 'HEAD with a body';
		const schema = operation?.responses[status]?.content['application/json'].schema ?? {
			$ref: '#/components/schemas/Error',
		};
		return this.#mismatch(schema, text);
	}

	#mismatch(schema: object, text: string): string | null {
		const key = JSON.stringify(schema).replaceAll('"#/', '"api#/');
		const validate = this.#validators.get(key) ?? this.#ajv.compile(JSON.parse(key) as object);
		this.#validators.set(key, validate);
		let value: unknown;
		try {
			value = JSON.parse(text);
		} catch {
			return `no JSON: ${text.slice(0, 200)}`;
		}
		return validate(value) ? null : `${JSON.stringify(validate.errors)}: ${text.slice(0, 500)}`;
	}

	#operation(method: string, path: string): Operation | undefined {
		// A proxy’s form of an address is the same address.
		const [address] = path.replace(/^https?:\/\/[^/]*/, '').split(/[?#]/);
		const template = Object.keys(this.#document.paths).find((known) =>
			new RegExp(`^${known.replaceAll('.', '\\.').replace(/\{\w+\}/g, '.*')}$`).test(decoded(address!)),
		);
		return template === undefined
			? undefined
			: (this.#document.paths[template]![method.toLowerCase()] as unknown as Operation | undefined);
	}
}

function decoded(address: string): string {
	try {
		return decodeURIComponent(address);
	} catch {
		return address;
	}
}

import * as fc from 'fast-check';

import { hostileJson, hostileText } from './hostile-text';

export interface HostileRequest {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer | null;
}

const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'PURGE'];
const CONTENT_TYPES = [
	'text/plain',
	'application/x-www-form-urlencoded',
	'multipart/form-data; boundary=x',
	'application/json; charset=utf-16',
	'application/json, text/plain',
	'text/plain; application/json',
	'application/jsonp',
	'application/json;;;=',
	'*/*',
	';',
	'x',
];
const ENCODINGS = ['gzip', 'br', 'deflate', 'identity', 'x-unknown'];
/** Values that Node’s client lets through. */
const headerText = hostileText.map((text) => text.replace(/[^\t -~\u0080-\u00ff]/g, '').slice(0, 8_000));
const rare = <T>(unlikely: fc.Arbitrary<T>, likely: fc.Arbitrary<T>, weight = 6): fc.Arbitrary<T> =>
	fc.oneof({ weight: 1, arbitrary: unlikely }, { weight, arbitrary: likely });

const GOOD_FIELDS: Readonly<Record<string, readonly string[]>> = {
	model: ['"all-MiniLM-L6-v2"', 'null', '""', '"gpt-4"'],
	dimensions: ['32', '384', 'null'],
	encoding_format: ['"float"', '"base64"', 'null'],
	user: ['"u"', 'null'],
	instruction: ['"Find duplicates"', 'null'],
	input_type: ['"query"', '"document"'],
	truncate: ['"end"', '"start"', '"none"'],
	output_dtype: ['"float"', '"int8"', '"uint8"', '"binary"', '"ubinary"'],
	priority: ['"interactive"', '"bulk"'],
	idle_timeout_s: ['0', '1.5', '600'],
};
const field = (name: string) =>
	rare(hostileJson, fc.constantFrom(...GOOD_FIELDS[name]!), 3).map((json) => [name, json]);
const input = fc.oneof(
	hostileJson,
	hostileText.map((text) => JSON.stringify(text)),
	fc.array(hostileText, { maxLength: 5 }).map((texts) => JSON.stringify(texts)),
	fc.array(fc.integer({ min: -2, max: 31_000 }), { maxLength: 20 }).map((ids) => JSON.stringify(ids)),
	fc
		.array(fc.array(fc.integer({ min: -1, max: 30_600 }), { maxLength: 5 }), { maxLength: 3 })
		.map((ids) => JSON.stringify(ids)),
	fc.constant(`[${Array.from({ length: 2_049 }, () => '"a"').join()}]`),
);
/** JSON text, for names may come twice or be ones that an object literal cannot have. */
const embeddingBody = fc
	.tuple(
		rare(
			fc.constant<string[][]>([]),
			input.map((json) => [['input', json]]),
			12,
		),
		fc.subarray(Object.keys(GOOD_FIELDS), { maxLength: 4 }).chain((names) => fc.tuple(...names.map(field))),
		rare(
			fc.tuple(hostileText, hostileJson).map((entry) => [entry]),
			fc.constant<[string, string][]>([]),
		),
	)
	.map(
		(parts) =>
			`{${parts
				.flat()
				.map(([name, json]) => `${name === 'input' ? '"input"' : JSON.stringify(name)}:${json}`)
				.join()}}`,
	);

/** Bytes that are not what they seem: cut, with a byte changed, in another encoding. */
const damage = fc.constantFrom<(body: Buffer, at: number) => Buffer>(
	(body, at) => body.subarray(0, at % (body.length + 1)),
	(body, at) => (body.length > 0 && (body[at % body.length]! ^= 1 << at % 8), body),
	(body, at) => Buffer.concat([body.subarray(0, at % (body.length + 1)), Buffer.from([0xff, 0xc0, 0x80, at % 256])]),
	(body) => Buffer.from(body.toString('utf8'), 'utf16le'),
	(body) => Buffer.concat([Buffer.from('\ufeff'), body]),
	(body) => Buffer.concat([body, body]),
);
const body = rare(hostileJson, embeddingBody).chain((text) =>
	rare(
		fc.tuple(damage, fc.nat(100_000)).map(([change, at]) => change(Buffer.from(text), at)),
		fc.constant(Buffer.from(text)),
	),
);

/** What stays of a text in an address: Node’s client refuses anything else. */
const inPath = fc.oneof(
	hostileText.map((text) => encodeURIComponent(text.toWellFormed().slice(0, 500))),
	hostileText.map((text) => text.replace(/[^!-~]/g, '').slice(0, 2_000)),
	fc.constantFrom(
		'%',
		'%zz',
		'%00',
		'%2e%2e%2f',
		'%c0%af',
		'%2F',
		'..',
		'.',
		'//',
		';',
		'?',
		'#',
		'%25%32%66',
		'*',
		'\\',
	),
);
const path = fc.oneof(
	{ weight: 6, arbitrary: fc.constant('/v1/embeddings') },
	{ weight: 2, arbitrary: fc.constantFrom('/health', '/status', '/v1/models', '/openapi.json') },
	{ weight: 2, arbitrary: inPath.map((part) => `/v1/models/${part}`) },
	{
		weight: 1,
		arbitrary: fc
			.tuple(fc.constantFrom('/v1/embeddings', '/health', '/v1/models', '/status'), inPath)
			.map((parts) => parts.join('')),
	},
	{ weight: 1, arbitrary: fc.array(inPath, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			'*',
			'http://evil.example/v1/models',
			'/V1/EMBEDDINGS',
			'/v1/embeddings/',
			'/v1//models',
		),
	},
);

const headers = fc.record(
	{
		'content-type': rare(fc.oneof(fc.constantFrom(...CONTENT_TYPES), headerText), fc.constant('application/json'), 8),
		'content-encoding': fc.constantFrom(...ENCODINGS),
		authorization: rare(headerText, fc.constant('Bearer EMPTY')),
		host: rare(headerText, fc.constant('localhost')),
		origin: rare(headerText, fc.constant('http://localhost')),
		'sec-fetch-site': fc.constantFrom('cross-site', 'same-origin', 'none', 'x'),
		accept: rare(headerText, fc.constant('application/json')),
		'accept-encoding': fc.constantFrom('gzip', '*;q=0'),
		expect: fc.constantFrom('100-continue', 'the-unexpected'),
		upgrade: fc.constantFrom('websocket', 'h2c'),
		'x-forwarded-for': headerText,
		'x-http-method-override': fc.constant('DELETE'),
		cookie: headerText,
		range: fc.constant('bytes=0-1'),
		'if-none-match': fc.constant('*'),
	},
	{ requiredKeys: [] },
);
/** Most have nothing strange but their body: else the first check would hide the others. */
const someHeaders = rare(headers, fc.constant({ 'content-type': 'application/json' }), 2);

export const hostileRequest: fc.Arbitrary<HostileRequest> = fc
	.record({
		method: rare(fc.constantFrom(...METHODS), fc.constant('usual')),
		path,
		headers: someHeaders as fc.Arbitrary<Record<string, string>>,
		body,
	})
	.map(({ method, path: address, headers: some, body: bytes }) => {
		const usual = address.startsWith('/v1/embeddings') ? 'POST' : 'GET';
		const verb = method === 'usual' ? usual : method;
		const hasBody = !['GET', 'HEAD', 'TRACE'].includes(verb);
		return { method: verb, path: address, headers: some, body: hasBody ? bytes : null };
	});

import { EmbedError } from './errors';
import { LOG_LEVELS } from './logger';

/** One row says all of an option: the command line, the environment, `--help` and docs/options.md read it. */
export interface OptionRow {
	readonly kind: 'integer' | 'number' | 'text' | 'list' | 'choice' | 'switch';
	readonly default: unknown;
	readonly min?: number;
	readonly max?: number;
	readonly choices?: readonly string[];
	/** What stands for the value in `--help`. */
	readonly value?: string;
	readonly help: string;
}

/** Precisions by the names of their files on the hub (`model_fp16.onnx` …). */
export const DTYPES = ['auto', 'fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const;

export const OPTIONS = {
	modelPath: {
		kind: 'list',
		default: [],
		value: 'folder|id',
		help: 'Model folder, or the id of one in the Hugging Face cache. May be given several times. Default: the built-in model.',
	},
	servedModelName: {
		kind: 'list',
		default: [],
		value: 'name',
		help: 'Name under which a model is served, in the order of --model-path. Default: the id, or the folder’s name.',
	},
	serveCachedModels: {
		kind: 'switch',
		default: false,
		help: 'Also serve every complete ONNX model in the Hugging Face cache (HF_HOME). A host that a node started does.',
	},
	host: {
		kind: 'text',
		default: '127.0.0.1',
		value: 'address',
		help: 'TCP address to listen on. Anything but loopback needs --api-key.',
	},
	port: { kind: 'integer', default: 30000, min: 0, max: 65535, value: 'n', help: 'TCP port; 0 takes a free one.' },
	socket: {
		kind: 'text',
		default: null,
		value: 'path',
		help: 'Listen on this private Unix socket (Windows: named pipe) instead of TCP; its folder must belong to you alone.',
	},
	apiKey: {
		kind: 'text',
		default: null,
		value: 'key',
		help: 'Key that requests must carry. Prefer the environment: others can read a command line.',
	},
	idleTimeoutS: {
		kind: 'number',
		default: 120,
		min: 0,
		value: 'seconds',
		help: 'Unload a model this long after its last request. 0 unloads at once.',
	},
	exitAfterIdleS: {
		kind: 'number',
		default: 0,
		min: 0,
		value: 'seconds',
		help: 'Exit after this long without a request and without a loaded model. 0 = never; a host that a node started uses 600.',
	},
	shutdownTimeoutS: {
		kind: 'number',
		default: 30,
		min: 0,
		value: 'seconds',
		help: 'At SIGTERM, SIGINT or POST /drain, answer what is in flight and exit within this time. A second signal exits now.',
	},
	dtype: {
		kind: 'choice',
		default: 'auto',
		choices: DTYPES,
		value: 'name',
		help: 'Precision of the model file. auto takes model.onnx, else the only file there is.',
	},
	threads: {
		kind: 'integer',
		default: 0,
		min: 0,
		max: 256,
		value: 'n',
		help: 'Processor threads a model runs on. 0 = all that this process may use.',
	},
	minWorkers: {
		kind: 'integer',
		default: 0,
		min: 0,
		max: 64,
		value: 'n',
		help: 'Worker processes that a model keeps however long nobody needs it; they start with the host. For the models of --model-path. 0 = everything is given back when idle.',
	},
	maxWorkers: {
		kind: 'integer',
		default: 0,
		min: 0,
		max: 64,
		value: 'n',
		help: 'Worker processes a model may have: one with all threads, the others for bulk work. 0 = by cores.',
	},
	targetGpuUtilization: {
		kind: 'number',
		default: 0.65,
		min: 0.05,
		max: 1,
		value: 'share',
		help: 'More workers start when those there are were busy for more than this share of 10 s, and one goes when it was less than 0.45 of 0.65 of it for a minute.',
	},
	memoryUtilization: {
		kind: 'number',
		default: 0.8,
		min: 0,
		max: 1,
		value: 'share',
		help: 'Share of the memory of the machine, or container, that all models together may hold. Past it idle models are unloaded, the least recently used first, or the load is refused. No hard cap.',
	},
	gpuMemoryUtilization: {
		kind: 'number',
		default: 0.8,
		min: 0,
		max: 1,
		value: 'share',
		help: 'The same of a GPU’s memory; it works by refusing loads and bounding batches, no hard cap either. While models run on the processor only /status shows it.',
	},
	maxBatchTokens: {
		kind: 'integer',
		default: 16_384,
		min: 1,
		value: 'n',
		help: 'Padded tokens a batch may have at most; a longer text runs alone. Below it the size is learned.',
	},
	maxQueuedTokens: {
		kind: 'integer',
		default: 1_048_576,
		min: 1,
		value: 'n',
		help: 'Tokens that may wait for a model; past it requests are refused with 429 and Retry-After.',
	},
	cacheBytes: {
		kind: 'integer',
		default: 256 * 2 ** 20,
		min: 0,
		value: 'n',
		help: 'Memory for vectors already computed, a model. 0 = no cache, on disk neither.',
	},
	diskCacheBytes: {
		kind: 'integer',
		default: 0,
		min: 0,
		value: 'n',
		help: 'Disk for vectors already computed, all models together; at least 4 MiB. 0 = none; a host that a node started uses 1 GiB.',
	},
	cacheDir: {
		kind: 'text',
		default: null,
		value: 'folder',
		help: 'Where the cache on disk lies. Default: n8n-nodes-embed in the user’s cache folder (XDG_CACHE_HOME, ~/.cache, LOCALAPPDATA).',
	},
	logLevel: {
		kind: 'choice',
		default: 'info',
		choices: LOG_LEVELS,
		value: 'name',
		help: 'How much to log to standard error.',
	},
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof OPTIONS;

/** What {@link parseOption} makes of a value, by its row. */
export type ValueOf<Row extends OptionRow> = Row extends { kind: 'integer' | 'number' }
	? number
	: Row extends { kind: 'switch' }
		? boolean
		: Row extends { kind: 'list' }
			? readonly string[]
			: Row extends { kind: 'choice'; choices: readonly (infer Choice)[] }
				? Choice
				: Row extends { default: null }
					? string | null
					: string;

export type Options = { readonly [Name in OptionName]: ValueOf<(typeof OPTIONS)[Name]> };

const words = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** `idleTimeoutS` → `--idle-timeout-s` */
export const flagOf = (name: string): string => `--${words(name)}`;
/** `idleTimeoutS` → `EMBED_IDLE_TIMEOUT_S` */
export const variableOf = (name: OptionName): string => `EMBED_${words(name).replaceAll('-', '_').toUpperCase()}`;

/**
 * Flag over environment over default. Lists in the environment are separated by commas.
 * @param flags values by option name, as the command line had them: text, several texts, or true for a switch
 * @throws EmbedError `invalid_request` that names the flag or variable, the rule and what it got
 */
export function resolveOptions(
	flags: Readonly<Partial<Record<string, unknown>>>,
	environment: Readonly<Record<string, string | undefined>>,
): Options {
	const resolve = (name: OptionName): unknown => {
		if (flags[name] !== undefined) return parseOption(OPTIONS[name], flags[name], flagOf(name));
		const variable = environment[variableOf(name)];
		if (variable !== undefined && variable !== '') return parseOption(OPTIONS[name], variable, variableOf(name));
		return OPTIONS[name].default;
	};
	const names = Object.keys(OPTIONS) as OptionName[];
	return Object.fromEntries(names.map((name) => [name, resolve(name)])) as Options;
}

/**
 * The value of an option as its row wants it.
 * @param source the flag or variable that it came from, for the message
 * @throws EmbedError `invalid_request` that names the source, the rule and what it got
 */
export function parseOption(row: OptionRow, raw: unknown, source: string): unknown {
	switch (row.kind) {
		case 'switch':
			return parseSwitch(raw, source);
		case 'list':
			return Array.isArray(raw) ? raw.map(String) : String(raw).split(',').filter(Boolean);
		case 'choice':
			if (!row.choices?.includes(String(raw))) throw refusal(source, `one of ${row.choices?.join(', ')}`, raw);
			return raw;
		case 'text':
			return String(raw);
		default:
			return parseNumber(row, raw, source);
	}
}

function parseSwitch(raw: unknown, source: string): boolean {
	if (typeof raw === 'boolean') return raw;
	const word = String(raw);
	if (['true', '1'].includes(word)) return true;
	if (['false', '0'].includes(word)) return false;
	throw refusal(source, 'true or false', raw);
}

function parseNumber(row: OptionRow, raw: unknown, source: string): number {
	const value = String(raw).trim() === '' ? Number.NaN : Number(raw);
	const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = row;
	const fits = Number.isFinite(value) && value >= min && value <= max;
	if (fits && (row.kind === 'number' || Number.isInteger(value))) return value;
	const bounds = [row.min !== undefined && `from ${row.min}`, row.max !== undefined && `to ${row.max}`];
	throw refusal(
		source,
		[row.kind === 'integer' ? 'a whole number' : 'a number', ...bounds.filter(Boolean)].join(' '),
		raw,
	);
}

function refusal(source: string, rule: string, got: unknown): EmbedError {
	return new EmbedError('invalid_request', `${source} must be ${rule}, not ${JSON.stringify(got)}`, { param: source });
}

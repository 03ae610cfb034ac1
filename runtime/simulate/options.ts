import { EmbedError } from '../base/errors';
import { flagOf, OPTIONS, parseOption, type OptionRow, type ValueOf } from '../base/options';
import type { HoursWindow } from './article-day';

/** Two A10G, always on, in the article: so much a month. */
const ARTICLE_PRICE_A_MONTH = 12_800;
const HOURS_A_MONTH = (365 * 24) / 12;

/** The article’s 22 % of 48 GPU hours over 50,000 documents of 200 tokens. */
export const ARTICLE_MS_PER_TOKEN = (0.22 * 48 * 3_600_000) / (50_000 * 200);

/** One row an option of `simulate`; those that the host has too mean the same. */
export const SIMULATE_OPTIONS = {
	trace: {
		kind: 'text',
		default: null,
		value: 'file',
		help: 'CSV with the columns timestamp (date with time, or seconds since midnight), characters or tokens, and, if it likes, lane. Default: a day is made up of the options below.',
	},
	documents: { kind: 'integer', default: 50_000, min: 0, max: 5_000_000, value: 'n', help: 'Documents a day.' },
	documentCharacters: { kind: 'integer', default: 800, min: 1, value: 'n', help: 'Length of a document.' },
	passages: {
		kind: 'integer',
		default: 1,
		min: 1,
		max: 200,
		value: 'n',
		help: 'Texts into which a document is cut. A text is never divided: the shorter it is, the sooner a single request gets between two.',
	},
	burstHours: {
		kind: 'list',
		default: ['9', '12', '18'],
		value: 'hours',
		help: 'Hours at which an equal share of the documents comes all at once.',
	},
	requestsPerHour: {
		kind: 'number',
		default: 60,
		min: 0,
		max: 100_000,
		value: 'n',
		help: 'Single requests, on average; they come by chance.',
	},
	requestHours: {
		kind: 'list',
		default: ['0-24'],
		value: 'from-to',
		help: 'When single requests come, for instance 9-18.',
	},
	requestCharacters: { kind: 'integer', default: 95, min: 1, value: 'n', help: 'Length of a single request.' },
	charactersPerToken: { kind: 'number', default: 4, min: 0.1, value: 'n', help: 'Characters of a token, on average.' },
	seed: { kind: 'integer', default: 1, min: 0, value: 'n', help: 'Of chance: the same seed gives the same day.' },
	msPerToken: {
		kind: 'number',
		default: Number(ARTICLE_MS_PER_TOKEN.toFixed(4)),
		min: 0.0001,
		value: 'ms',
		help: 'What a token costs a worker. The default makes the article’s documents 10.56 GPU hours.',
	},
	runOverheadMs: { kind: 'number', default: 0, min: 0, value: 'ms', help: 'What a run costs beside its tokens.' },
	loadS: {
		kind: 'number',
		default: 30,
		min: 0,
		value: 'seconds',
		help: 'From the start of a worker to its first run.',
	},
	sharedRunMs: {
		kind: 'number',
		default: 40,
		min: 1,
		value: 'ms',
		help: 'Bound on a bulk run while single requests come, beside the host’s own of 40.',
	},
	alwaysOn: {
		kind: 'integer',
		default: 2,
		min: 1,
		max: 64,
		value: 'n',
		help: 'Workers of the set-up that is always on.',
	},
	keepAliveS: {
		kind: 'number',
		default: 300,
		min: 0,
		value: 'seconds',
		help: 'How long the plain set-up keeps a worker after its last use.',
	},
	minWorkers: { ...OPTIONS.minWorkers, help: 'Workers that ours keeps, as serve does.' },
	maxWorkers: {
		...OPTIONS.maxWorkers,
		default: 8,
		min: 1,
		help: 'Workers that ours and the plain set-up may have; one is one GPU.',
	},
	idleTimeoutS: { ...OPTIONS.idleTimeoutS, help: 'How long ours keeps an idle worker, as serve does.' },
	targetGpuUtilization: { ...OPTIONS.targetGpuUtilization, help: 'Of ours, as in serve.' },
	pricePerHour: {
		kind: 'number',
		default: Number((ARTICLE_PRICE_A_MONTH / (2 * HOURS_A_MONTH)).toFixed(4)),
		min: 0,
		value: 'price',
		help: 'Of a GPU, paid by the second from the start of a worker to its end. The default makes two always on 12,800 a month.',
	},
	html: {
		kind: 'text',
		default: null,
		value: 'file',
		help: 'Write a page with a drawing of the day; it needs nothing else.',
	},
	json: { kind: 'switch', default: false, help: 'As JSON.' },
} as const satisfies Record<string, OptionRow>;

type Name = keyof typeof SIMULATE_OPTIONS;

export type SimulateOptions = { readonly [N in Name]: ValueOf<(typeof SIMULATE_OPTIONS)[N]> };

/** @throws EmbedError `invalid_request` that names the flag, the rule and what it got */
export function resolveSimulateOptions(flags: Readonly<Partial<Record<string, unknown>>>): SimulateOptions {
	const rows = Object.entries<OptionRow>(SIMULATE_OPTIONS);
	const values = rows.map(([name, row]) => [
		name,
		flags[name] === undefined ? row.default : parseOption(row, flags[name], flagOf(name)),
	]);
	const options = Object.fromEntries(values) as SimulateOptions;
	if (options.minWorkers > options.maxWorkers)
		throw new EmbedError('invalid_request', `--min-workers must be at most --max-workers, ${options.maxWorkers}`);
	return options;
}

/** @throws EmbedError `invalid_request` */
export function readHours(texts: readonly string[], flag: string): number[] {
	return texts.flatMap((text) => text.split(',')).map((text) => readHour(text, flag));
}

/** @throws EmbedError `invalid_request` */
export function readWindows(texts: readonly string[], flag: string): HoursWindow[] {
	return texts
		.flatMap((text) => text.split(','))
		.map((text) => {
			const [fromHour, toHour, ...rest] = text.split('-').map((hour) => readHour(hour, flag));
			if (fromHour === undefined || toHour === undefined || rest.length > 0 || toHour <= fromHour)
				throw new EmbedError('invalid_request', `${flag} must be hours such as 9-18, not ${JSON.stringify(text)}`);
			return { fromHour, toHour };
		});
}

function readHour(text: string, flag: string): number {
	const hour = text.trim() === '' ? Number.NaN : Number(text);
	if (hour >= 0 && hour <= 24) return hour;
	throw new EmbedError('invalid_request', `${flag} must be hours from 0 to 24, not ${JSON.stringify(text)}`);
}

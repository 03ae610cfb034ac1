// `npm run docs`: writes what docs/ says of options, errors and the API from the tables and routes in the code. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { isMain, root } from './lib/process.mjs';

const require = createRequire(import.meta.url);

/** The generated files, by their path in the project. Reads the built package. */
export async function generatedDocs() {
	const { OPTIONS, flagOf, variableOf } = require('../dist/runtime/base/options.js');
	const { ERRORS } = require('../dist/runtime/base/errors.js');
	const options = Object.entries(OPTIONS).map(([name, row]) => {
		const bounds = [row.min !== undefined && `from ${row.min}`, row.max !== undefined && `to ${row.max}`]
			.filter(Boolean)
			.join(' ');
		const values = row.choices
			? row.choices.join(', ')
			: [row.kind === 'switch' ? 'true, false' : row.kind, bounds].filter(Boolean).join(' ');
		const standard =
			row.default === null || row.default === false || (Array.isArray(row.default) && row.default.length === 0)
				? ''
				: `\`${row.default}\``;
		return `| \`${flagOf(name)}\` | \`${variableOf(name)}\` | ${values} | ${standard} | ${row.help} |`;
	});
	const errors = Object.entries(ERRORS).map(
		([code, { status, type, retryable, meaning }]) =>
			`| \`${code}\` | ${status} | \`${type}\` | ${retryable ? 'yes' : 'no'} | ${meaning} |`,
	);
	return {
		'docs/options.md': page(
			'Options of `serve`',
			'A flag wins over the environment, the environment over the default. Lists in the environment are separated by commas.',
			['| flag | environment | values | default | what it does |', '|---|---|---|---|---|', ...options],
		),
		'docs/errors.md': page(
			'Errors',
			'Every refusal is JSON in OpenAI’s form: `{"error": {"message", "type", "param", "code"}}`. When only some texts of a list are at fault, `error.items` lists each with `index`, `code` and `message`. *Retry* says whether the same request may succeed later.',
			['| code | status | type | retry | meaning |', '|---|---|---|---|---|', ...errors],
		),
		'docs/openapi.json': `${JSON.stringify(await openApi(), null, '\t')}\n`,
	};
}

/** What the built host says at /openapi.json; no model is asked for it. */
async function openApi() {
	const { buildServer } = require('../dist/runtime/host/server.js');
	const { packageVersion } = require('../dist/runtime/base/version.js');
	const { Drain } = require('../dist/runtime/host/drain.js');
	const { systemClock } = require('../dist/runtime/base/clock.js');
	const { silentLogger } = require('../dist/runtime/base/logger.js');
	const server = buildServer(
		{},
		{
			apiKey: null,
			version: packageVersion(),
			clock: systemClock,
			logger: silentLogger,
			drain: new Drain(),
			onWork: () => () => {},
		},
	);
	const answer = await server.inject('/openapi.json');
	await server.close();
	return answer.json();
}

function page(title, introduction, table) {
	return `<!-- Made by npm run docs; change the table in the code instead. -->\n# ${title}\n\n${introduction}\n\n${table.join('\n')}\n`;
}

if (isMain(import.meta.url)) {
	for (const [path, text] of Object.entries(await generatedDocs())) {
		const file = join(root, path);
		if (!process.argv.includes('--check')) writeFileSync(file, text);
		else if (readFileSync(file, 'utf8') !== text) {
			console.error(`${path} is not what the code says: run npm run docs`);
			process.exitCode = 1;
		}
	}
}

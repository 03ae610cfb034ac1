#!/usr/bin/env node
import { Command, Option } from 'commander';

import { EmbedError, toEmbedError } from './base/errors';
import { EXIT_ADDRESS_IN_USE } from './base/exit-codes';
import { flagOf, OPTIONS, variableOf, type OptionName, type OptionRow } from './base/options';
import { packageVersion } from './base/version';
import { SIMULATE_OPTIONS } from './simulate/options';

type Flags = Readonly<Record<string, unknown>>;

function serveOption(name: OptionName): Option {
	return toOption(name, OPTIONS[name], ` [${variableOf(name)}]`);
}

function toOption(name: string, row: OptionRow, note = ''): Option {
	const value = row.kind === 'switch' ? '' : ` <${row.value ?? 'value'}>`;
	const choices = row.choices ? ` One of ${row.choices.join(', ')}.` : '';
	const isEmptyList = Array.isArray(row.default) && row.default.length === 0;
	const standard =
		row.default === null || isEmptyList || row.kind === 'switch' ? '' : ` Default ${String(row.default)}.`;
	const option = new Option(`${flagOf(name)}${value}`, `${row.help}${choices}${standard}${note}`);
	if (row.kind === 'list')
		option.argParser((text: string, earlier: string[] | undefined) => [...(earlier ?? []), text]);
	return option;
}

function program(): Command {
	const command = new Command('n8n-nodes-embed')
		.description('Text embeddings on this machine: the host behind the n8n nodes.')
		.version(packageVersion())
		.showHelpAfterError('(--help lists what there is)');
	const serve = command.command('serve').description('Run the embed host.');
	for (const name of Object.keys(OPTIONS) as OptionName[]) serve.addOption(serveOption(name));
	// Each command loads its own code when it runs: `status` needs no engine.
	serve.action(async (flags: Flags) => (await import('./commands/serve-command.js')).serveCommand(flags, process.env));
	const simulate = command
		.command('simulate')
		.description('Say what a day of traffic costs under the host’s own policies, in virtual time; starts no model.');
	for (const [name, row] of Object.entries<OptionRow>(SIMULATE_OPTIONS)) simulate.addOption(toOption(name, row));
	simulate.action(async (flags: Flags) => (await import('./commands/simulate-command.js')).simulateCommand(flags));
	command
		.command('status')
		.description('Show what the host is doing.')
		.option('--url <address>', 'a host on TCP; default: the shared host of this user')
		.option('--socket <path>', 'a host on a socket')
		.option('--api-key <key>', 'the host’s key [EMBED_API_KEY]')
		.option('--json', 'as JSON')
		.action(async (flags: Flags) => (await import('./commands/status-command.js')).statusCommand(flags, process.env));
	command
		.command('doctor')
		.description('Check what works on this machine and say why the rest does not.')
		.option('--json', 'as JSON')
		.action(async (flags: Flags) => (await import('./commands/doctor-command.js')).doctorCommand(flags, process.env));
	return command;
}

program()
	.parseAsync()
	.catch((thrown: unknown) => {
		const error = toEmbedError(thrown);
		process.stderr.write(`${error.message}\n`);
		if (error.code === 'internal' && error.cause instanceof Error) process.stderr.write(`${error.cause.stack}\n`);
		process.exit(error instanceof EmbedError && error.code === 'address_in_use' ? EXIT_ADDRESS_IN_USE : 1);
	});

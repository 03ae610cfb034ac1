// A contender’s end of the talk: one JSON object a line, asked on standard input and answered on standard output.
import { createInterface } from 'node:readline';

/** @param answers async functions by name; `ready` is told to the parent once, before anything is asked */
export function answerLines(answers, ready = {}) {
	const write = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
	const lines = createInterface({ input: process.stdin });
	lines.on('line', (line) => {
		const { id, ask, ...rest } = JSON.parse(line);
		answers[ask](rest).then(
			(result) => write({ id, result }),
			(error) => write({ id, error: error.message }),
		);
	});
	lines.on('close', () => process.exit(0));
	write({ id: 0, result: ready });
}

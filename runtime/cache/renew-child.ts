import { statSync } from 'node:fs';

import { decodeEntry } from './entry-format';
import { LmdbFile, type LmdbEntry } from './lmdb-file';

// Copies the sound entries of the file named first into the one named second; exit code 0 when it reached the end.
const BATCH_ENTRIES = 256;

const [from, to] = process.argv.slice(2) as [string, string];
const maxBytes = statSync(from).size;
const source = new LmdbFile(from, maxBytes);
const target = new LmdbFile(to, maxBytes);
let batch: LmdbEntry[] = [];
const write = () => {
	target.putSync(batch);
	batch = [];
};
for (const entry of source.all()) {
	if (decodeEntry(entry.key, entry.value)) batch.push(entry);
	if (batch.length === BATCH_ENTRIES) write();
}
write();
// The source is left as it is: closing would be the next chance to fall over its damage.
void target.close().then(() => process.exit(0));

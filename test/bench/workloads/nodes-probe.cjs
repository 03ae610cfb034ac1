// Run by a bare Node with --expose-gc: what requiring all nodes and credentials of the package adds to the process.
const { readdirSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { basename, join } = require('node:path');

const root = process.argv[2];
const fromRoot = createRequire(join(root, 'package.json'));
fromRoot('n8n-workflow');

const before = measure();
const { n8n } = fromRoot('./package.json');
for (const file of [...n8n.nodes, ...n8n.credentials]) {
	// n8n makes one object of each class when it loads a package.
	new (fromRoot(`./${file}`)[basename(file).split('.')[0]])();
}
const after = measure();
console.log(
	JSON.stringify({ before, after, files: n8n.nodes.length + n8n.credentials.length, node: process.versions.node }),
);

function measure() {
	for (let i = 0; i < 3; i++) globalThis.gc();
	const status = readFileSync('/proc/self/status', 'utf8');
	const maps = readFileSync('/proc/self/maps', 'utf8');
	const libraries = new Set(maps.match(/\S+(?:\.node|onnxruntime\S*\.so\S*)$/gm) ?? []);
	return {
		megabytes: (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024) / 1e6,
		threads: readdirSync('/proc/self/task').length,
		libraries: [...libraries],
		children: readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean)
			.length,
	};
}

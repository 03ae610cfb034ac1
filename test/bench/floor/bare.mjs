// The least a process can do for one vector: load the library, make the session, run once, say the vector.
import { createRequire } from 'node:module';

import { embedder, sessionOptions } from './graph.mjs';

const { ids, graphFile, pooling, threads } = JSON.parse(process.argv[2]);
const now = () => performance.timeOrigin + performance.now();
const onnxruntime = createRequire(new URL('../../../package.json', import.meta.url))('onnxruntime-node');
const loadedAt = now();
const session = await onnxruntime.InferenceSession.create(graphFile, sessionOptions(threads));
const sessionAt = now();
const [vector] = await embedder(onnxruntime, session, pooling)([ids]);
const ranAt = now();
console.log(JSON.stringify({ vector: Array.from(vector), loadedAt, sessionAt, ranAt }));

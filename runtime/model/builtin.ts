import { join } from 'node:path';

/** The model that the package carries, so that the first run needs no download. */
export const BUILTIN_MODEL_ID = 'all-MiniLM-L6-v2';
export const BUILTIN_MODEL_FOLDER = join(__dirname, 'builtin', BUILTIN_MODEL_ID);

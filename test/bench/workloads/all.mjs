// Every workload by its name, and what it is measured with.
import { cold } from './cold.mjs';
import { interactive } from './interactive.mjs';
import { lone } from './lone.mjs';
import { nodes } from './nodes.mjs';
import { ragged } from './ragged.mjs';
import { repeated100 } from './repeated-100.mjs';
import { repeated80 } from './repeated-80.mjs';
import { rest } from './rest.mjs';
import { short } from './short.mjs';
import { singles16 } from './singles-16.mjs';
import { singles } from './singles.mjs';

/** Measured with every model. */
export const FOR_EVERY_MODEL = { short, ragged, 'singles-1': singles, 'singles-16': singles16 };
/** Measured with the model that the required figures are for. */
export const FOR_MAIN_MODEL = { lone, interactive, 'repeated-80': repeated80, 'repeated-100': repeated100 };
/** Measured with no model, or only with the one that the package carries. */
export const WITHOUT_MODEL = { rest, cold, nodes };

export const WORKLOADS = [FOR_EVERY_MODEL, FOR_MAIN_MODEL, WITHOUT_MODEL].flatMap((group) => Object.keys(group));

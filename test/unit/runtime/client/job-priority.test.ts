import { expect, test } from 'vitest';

import type { Priority } from '../../../../runtime/base/provider';
import { jobPriority } from '../../../../runtime/client/job-priority';

test.each<[number, number, Priority | undefined, Priority | undefined]>([
	[1, 1, undefined, undefined],
	[8, 1, undefined, undefined],
	[9, 1, undefined, 'bulk'],
	[2, 2, undefined, 'bulk'],
	[50_000, 196, undefined, 'bulk'],
	[50_000, 196, 'interactive', 'interactive'],
	[1, 1, 'bulk', 'bulk'],
])('%i texts in %i requests with the wish %s go as %s', (texts, requests, wished, wanted) => {
	expect(jobPriority({ texts, requests }, wished)).toBe(wanted);
});

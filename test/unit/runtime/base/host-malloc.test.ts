import { expect, test } from 'vitest';

import { dropHostMalloc, withHostMalloc } from '../../../../runtime/base/host-malloc';

test('what the host is told of its allocator does not reach its workers', () => {
	const environment = withHostMalloc({ PATH: '/bin' });
	expect(Object.keys(environment).sort()).toEqual(['MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_', 'PATH']);
	dropHostMalloc(environment);
	expect(environment).toEqual({ PATH: '/bin' });
});

test('what the user said stays, in the workers too', () => {
	const environment = withHostMalloc({ MALLOC_ARENA_MAX: '7' });
	dropHostMalloc(environment);
	expect(environment).toEqual({ MALLOC_ARENA_MAX: '7' });
});

import { silentLogger } from '../../runtime/base/logger';
import { Engine } from '../../runtime/engine/engine';
import { FakeClock } from './fake-clock';
import { FakeTokenizer } from './fake-tokenizer';
import { FakeFleet } from './fake-worker';
import { LIMITS, TESTED } from './local-model';

/** An engine among fakes. @param folders by model id, the default first */
export function engineOf(folders: Readonly<Record<string, string>>) {
	const clock = new FakeClock();
	const fleet = new FakeFleet();
	const tokenizer = new FakeTokenizer();
	const engine = new Engine({
		version: '1.2.3',
		sources: Object.entries(folders).map(([id, folder]) => ({ id, folder, dtype: 'auto' as const })),
		limits: LIMITS,
		surroundings: {
			tokenizer,
			startWorker: fleet.start,
			availableBytes: () => 2 ** 40,
			tuning: TESTED,
			clock,
			logger: silentLogger,
			onMove: () => {},
		},
	});
	return { engine, clock, fleet, tokenizer };
}

import type { MemoryOptions } from '../../runtime/engine/engine-memory';
import type { ProcessMemory } from '../../runtime/machine/process-memory';

export const MIB = 2 ** 20;

/** A machine whose processes hold what a test says; one that it does not mention is not there. */
export class FakeMemory {
	readonly bytes = new Map<number, number>();
	totalBytes = 1_000 * MIB;
	availableBytes = 1_000 * MIB;
	deviceLooks = 0;
	deviceBytes = new Map<number, number>();
	/** How often the host gave back what it can do without. */
	givenBack = 0;
	onGiveBack = () => {};

	readonly readProcess = async (pid: number): Promise<ProcessMemory | null> => {
		const bytes = this.bytes.get(pid);
		return bytes === undefined ? null : { residentBytes: bytes, ownBytes: bytes, source: 'pss' };
	};

	/** @param share of it that models may hold together */
	options(share: number): MemoryOptions {
		return {
			share,
			deviceShare: 0.5,
			system: () => ({ totalBytes: this.totalBytes, availableBytes: this.availableBytes }),
			readProcess: this.readProcess,
			readDevices: async () => {
				this.deviceLooks++;
				return { devices: [], bytesByPid: this.deviceBytes, source: 'a test' };
			},
			giveBack: async () => {
				this.givenBack++;
				this.onGiveBack();
			},
		};
	}
}

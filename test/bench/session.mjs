// What all workloads of one model share.
import { Host } from './contenders/host.mjs';
import { startPeers } from './contenders/peers.mjs';
import { referencePlan } from './floor/choose-plans.mjs';
import { Floor } from './floor/floor.mjs';
import { FolderTokenizer } from './texts/tokens.mjs';

/** A host that stays loaded for as long as it is measured, and computes every text. */
const COMPUTING = ['--cache-bytes', '0', '--idle-timeout-s', '3600'];
const CACHING = ['--idle-timeout-s', '3600'];

/** The floor and the peers with one model loaded; hosts come and go with the workloads. */
export class ModelSession {
	static async start(name, model, settings) {
		settings.log(`starting the floor and the peers with ${model.title} ...`);
		const session = new ModelSession();
		Object.assign(session, { name, model, settings, sizes: settings.sizes, cores: settings.cores });
		session.tokenizer = new FolderTokenizer(model.folder);
		session.floor = await Floor.start({ ...model, cores: settings.cores });
		Object.assign(session, await startPeers(model, { root: settings.root, only: settings.peers }));
		for (const [peer, why] of Object.entries(session.absent)) settings.log(`without ${peer}: ${why}`);
		return session;
	}

	/** Ids of texts as the floor runs them. */
	encode(texts) {
		return texts.map((text) => this.tokenizer.encode(text));
	}

	/** Gives the floor these texts, and returns the vectors that everybody’s are compared with. */
	async reference(ids) {
		await this.floor.hold(ids);
		return this.floor.vectors(referencePlan(this.cores));
	}

	/** A host without any cache. */
	computingHost(options) {
		return Host.start(this.settings, [...this.model.serveArgs, ...COMPUTING], options);
	}

	/** A host with the cache that it has by default. */
	cachingHost() {
		return Host.start(this.settings, [...this.model.serveArgs, ...CACHING]);
	}

	async close() {
		await Promise.all([this.floor.close(), ...Object.values(this.peers).map((peer) => peer.close())]);
	}
}

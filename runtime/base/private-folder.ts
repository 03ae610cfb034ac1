import { lstatSync, mkdirSync } from 'node:fs';

import { EmbedError, messageOf } from './errors';

/** What a private folder is for, in the words of a refusal. */
export interface FolderPurpose {
	readonly name: string;
	/** How to choose another folder. */
	readonly remedy: string;
}

const FOR_SOCKET: FolderPurpose = {
	name: 'socket’s folder',
	remedy: 'Or name another with --socket or EMBED_SOCKET',
};

/**
 * Makes sure that `folder` is a folder of this user that nobody else can enter: whoever can open the socket in it can
 * read what is embedded. Made with mode 0700 when missing; never changed when there.
 * @param uid of the user it must belong to
 * @param purpose default: a socket’s
 * @throws EmbedError `host_not_private`
 */
export function ensurePrivateFolder(folder: string, uid = process.getuid?.(), purpose = FOR_SOCKET): void {
	// Windows: a named pipe has no folder, and its default access is the user’s own.
	if (uid === undefined) return;
	try {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
	} catch (error) {
		throw refusal(purpose, folder, `cannot be made (${messageOf(error)})`);
	}
	const found = lstatSync(folder);
	if (!found.isDirectory()) throw refusal(purpose, folder, 'is not a folder');
	if (found.uid !== uid) throw refusal(purpose, folder, `belongs to user ${found.uid}, not to you (${uid})`);
	if ((found.mode & 0o077) !== 0)
		throw refusal(
			purpose,
			folder,
			`is open to others (mode ${(found.mode & 0o777).toString(8)}); run: chmod 700 ${folder}`,
		);
}

function refusal({ name, remedy }: FolderPurpose, folder: string, why: string): EmbedError {
	return new EmbedError('host_not_private', `The ${name} ${folder} ${why}. ${remedy}`);
}

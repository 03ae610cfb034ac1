// n8n's own REST interface, as its editor uses it.

/** The owner of every n8n that the scripts set up. It listens on loopback only, so this is no secret. */
export const LOGIN = { email: 'developer@example.com', password: 'Embed-1-developer' };

/**
 * Signs in, as a new owner where there is none yet.
 * @returns a function (method, path, body) → the answer's `data`, or null when the owner is somebody else
 */
export async function signIn(url) {
	const name = { firstName: 'Embed', lastName: 'Developer' };
	const answer = await firstOk([
		() => send(url, 'POST', '/rest/login', { emailOrLdapLoginId: LOGIN.email, password: LOGIN.password }),
		() => send(url, 'POST', '/rest/owner/setup', { ...LOGIN, ...name }),
	]);
	if (answer === null) return null;
	const cookie = answer.headers
		.getSetCookie()
		.map((line) => line.split(';')[0])
		.join('; ');
	return async (method, path, body) => {
		const reply = await send(url, method, path, body, { cookie });
		const text = await reply.text();
		if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
		const parsed = JSON.parse(text);
		return parsed.data ?? parsed;
	};
}

async function firstOk(tries) {
	for (const attempt of tries) {
		const answer = await attempt();
		if (answer.ok) return answer;
	}
	return null;
}

function send(url, method, path, body, headers = {}) {
	return fetch(url + path, {
		method,
		headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
}

/** @returns the id of the workflow of this name, which is made from `workflow` if there is none */
export async function importOnce(rest, workflow) {
	const all = await rest('GET', '/rest/workflows');
	const found = all.find(({ name }) => name === workflow.name);
	return (found ?? (await rest('POST', '/rest/workflows', workflow))).id;
}

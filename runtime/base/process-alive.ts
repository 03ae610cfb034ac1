/** Whether there is a process of this id, whoever’s it is. A signal 0 asks, and does nothing. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

import { lstat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Where a host's socket may be, in the order to try.
 *
 * A path that somebody named is taken as it is. One that nobody named is checked before it is trusted: one of them lies
 * in /tmp, where anybody can put a directory.
 *
 * @param {string | undefined} socketPath what the caller named
 * @returns {{path: string, isNamed: boolean}[]}
 */
export function socketCandidates(socketPath, environment = process.env, userID = process.getuid()) {
    const named = socketPath ?? environment.DIRTY_SOCKET;
    if (named) return [{ path: named, isNamed: true }];
    const directories = [];
    // systemd separates several by colons; a host takes the first.
    const [runtime] = (environment.RUNTIME_DIRECTORY ?? '').split(':');
    if (runtime) directories.push(runtime);
    if (environment.XDG_RUNTIME_DIR) directories.push(path.join(environment.XDG_RUNTIME_DIR, 'dirty'));
    directories.push(`/tmp/dirty-${userID}`);
    return directories.map((directory) => ({ path: path.join(directory, 'dirty.sock'), isNamed: false }));
}

/**
 * Why the socket at `candidate` isn't to be trusted with calls; undefined if it is.
 *
 * Only who may write to a directory can put a socket there, so the directory must be this user's or root's, and nobody
 * else's to write.
 */
export async function distrust(candidate, userID = process.getuid()) {
    if (candidate.isNamed) return undefined;
    const directory = path.dirname(candidate.path);
    try {
        const facts = await lstat(directory);
        if (!facts.isDirectory()) return `${directory} is no directory`;
        if (facts.uid !== userID && facts.uid !== 0) {
            const trust = "isn't trusted unless DIRTY_SOCKET or socketPath names the socket";
            return `${directory} belongs to user ${facts.uid}, who ${trust}`;
        }
        if ((facts.mode & 0o022) !== 0) return `${directory} can be written by others`;
        return undefined;
    } catch (error) {
        return error.code === 'ENOENT' ? 'no such socket' : error.message;
    }
}

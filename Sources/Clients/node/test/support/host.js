import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { binaries, conformance } from './paths.js';

/** The first line of a process's stdout that begins with DIRTY_SOCKET=, or an error if it ends before. */
async function socketOf(child) {
    for await (const line of createInterface({ input: child.stdout })) {
        if (line.startsWith('DIRTY_SOCKET=')) return line.slice('DIRTY_SOCKET='.length);
    }
    throw new Error(`the host ended before it was ready; are dirty and its plugins in ${binaries} (DIRTY_BIN_DIR)?`);
}

/**
 * A host with the apps that the conformance cases want; `$DIRTY_CONFORMANCE_SOCKET` names one that runs already.
 *
 * @returns {Promise<{socketPath: string, stop(): Promise<unknown>}>}
 */
export async function conformanceHost() {
    const running = process.env.DIRTY_CONFORMANCE_SOCKET;
    if (running) return { socketPath: running, stop: async () => {} };
    const child = spawn(path.join(conformance, 'host'), [binaries], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    const stop = () => {
        child.stdin.end();
        return exit;
    };
    return { socketPath: await socketOf(child), stop };
}

/** A host of our own, that can be killed and started again at the same socket. */
export class Host {
    #directory;
    #child;
    #exit;

    /** The path at which it serves. */
    socketPath;

    /** Starts one, for as long as the test runs. */
    static async start(test) {
        const host = new Host();
        host.#directory = await mkdtemp(path.join(tmpdir(), 'dirty-node-'));
        test.after(async () => {
            await host.kill();
            await rm(host.#directory, { recursive: true, force: true });
        });
        await host.start();
        return host;
    }

    /** Starts it (again); returns when it serves. */
    async start() {
        const apps = ['Echo', 'Bench', 'Counter'].map((name) => `${name.toLowerCase()}=${binaries}/lib${name}.so`);
        const flags = ['--dirty-workers=2', '--log-level=error', '--runtime-dir', path.join(this.#directory, 'run')];
        // The host takes variables named DIRTY_… for settings.
        const { DIRTY_BIN_DIR, DIRTY_CONFORMANCE_SOCKET, ...env } = process.env;
        this.#child = spawn(path.join(binaries, 'dirty'), ['serve', ...apps, ...flags], {
            stdio: ['ignore', 'pipe', 'inherit'],
            env,
        });
        this.#exit = once(this.#child, 'exit');
        this.socketPath = await socketOf(this.#child);
    }

    /** Ends it with `signal`; returns when it has ended. */
    async kill(signal = 'SIGKILL') {
        this.#child.kill(signal);
        await this.#exit;
    }
}

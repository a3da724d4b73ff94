// Real hosts, under load, and while they are taken away.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { DirtyClient, DirtyConnectionError, DirtyError, DirtyWorkerError } from '../src/index.js';
import { Host } from './support/host.js';

async function hostAndClient(t, options = {}) {
    const host = await Host.start(t);
    const client = new DirtyClient({ socketPath: host.socketPath, ...options });
    t.after(() => client.close());
    return { host, client };
}

/** Calls that go on until told to stop; every answer is checked. */
class Load {
    answered = 0;
    errors = [];
    #client;
    #stopped = false;
    #callers;
    #watchers = new Set();

    constructor(client, callers) {
        this.#client = client;
        this.#callers = Array.from({ length: callers }, (_, index) => this.#run(index));
    }

    /** Waits until so many more calls have been answered. */
    more(count) {
        const goal = this.answered + count;
        return new Promise((resolve) => {
            const watcher = () => {
                if (this.answered < goal) return;
                this.#watchers.delete(watcher);
                resolve();
            };
            this.#watchers.add(watcher);
        });
    }

    /** Stops; throws if an answer was wrong or an error has no type. */
    async stop() {
        this.#stopped = true;
        await Promise.all(this.#callers);
    }

    async #run(caller) {
        for (let round = 0; !this.#stopped; round += 1) {
            const value = { caller, round, bytes: Buffer.from(`${caller}/${round}`) };
            try {
                assert.deepEqual(await this.#client.call('echo', 'echo', [value]), value);
                this.answered += 1;
                this.#watchers.forEach((watcher) => watcher());
            } catch (error) {
                if (!(error instanceof DirtyError)) throw error;
                this.errors.push(error);
            }
        }
    }
}

test('a thousand calls in flight each get their own answer', async (t) => {
    const { client } = await hostAndClient(t);
    const calls = Array.from({ length: 1000 }, (_, index) => client.call('echo', 'echo', [{ index }]));
    assert.deepEqual(await Promise.all(calls), Array.from({ length: 1000 }, (_, index) => ({ index })));
});

test('more calls than a connection takes are answered too', async (t) => {
    const { client } = await hostAndClient(t);
    const calls = Array.from({ length: 3000 }, (_, index) => client.call('echo', 'echo', [index]));
    assert.deepEqual(await Promise.all(calls), Array.from({ length: 3000 }, (_, index) => index));
});

test('ten mebibytes go both ways, alone and among small calls', async (t) => {
    const { client } = await hostAndClient(t);
    const bytes = Buffer.alloc(10 << 20);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = index * 31 + (index >> 9);
    assert.ok(bytes.equals(await client.call('echo', 'echo', [bytes])));
    const [there, ...small] = await Promise.all([
        client.call('echo', 'echo', [{ bytes, twice: [bytes] }]),
        ...Array.from({ length: 50 }, (_, index) => client.call('echo', 'echo', [index])),
    ]);
    assert.ok(bytes.equals(there.bytes) && bytes.equals(there.twice[0]));
    assert.deepEqual(small, Array.from({ length: 50 }, (_, index) => index));
});

test('many streams and calls go on side by side', async (t) => {
    const { client } = await hostAndClient(t);
    const count = async (limit) => {
        let last = 0;
        for await (const number of client.stream('echo', 'count_to', [limit])) {
            assert.equal(number, last + 1);
            last = number;
        }
        return last;
    };
    const limits = Array.from({ length: 12 }, (_, index) => index * 200);
    const calls = Array.from({ length: 100 }, (_, index) => client.call('echo', 'echo', [index]));
    assert.deepEqual(await Promise.all(limits.map(count)), limits);
    assert.deepEqual(await Promise.all(calls), Array.from({ length: 100 }, (_, index) => index));
});

test('a worker killed under load fails only what it had begun, and says so', async (t) => {
    const { client } = await hostAndClient(t);
    const load = new Load(client, 50);
    await load.more(200);
    for (let kill = 0; kill < 3; kill += 1) {
        const { workers } = await client.status();
        process.kill(workers.find(({ state }) => state === 'ready').pid, 'SIGKILL');
        await load.more(500);
    }
    await load.stop();
    assert.ok(load.errors.length <= 3, `${load.errors.length} errors: ${load.errors[0]}`);
    for (const error of load.errors) {
        assert.ok(error instanceof DirtyWorkerError, error.stack);
        assert.equal(error.executed, 'maybe');
        assert.equal(error.details.signal, 9);
    }
});

for (const signal of ['SIGKILL', 'SIGTERM']) {
    test(`a host ended by ${signal} under load and started again is found by the same client`, async (t) => {
        const { host, client } = await hostAndClient(t, { retry: 'patient' });
        const load = new Load(client, 50);
        for (let restart = 0; restart < 2; restart += 1) {
            await load.more(300);
            await host.kill(signal);
            await host.start();
        }
        await load.more(300);
        await load.stop();
        for (const error of load.errors) {
            // What is known not to have run has been tried again.
            assert.ok(error instanceof DirtyConnectionError || error instanceof DirtyWorkerError, error.stack);
            assert.equal(error.executed, 'maybe');
        }
    });
}

test('a process ends by itself once its calls are answered', async (t) => {
    const host = await Host.start(t);
    const script = `
        import { DirtyClient } from ${JSON.stringify(new URL('../src/index.js', import.meta.url).href)};
        const client = new DirtyClient();
        for await (const number of client.stream('echo', 'count_to', [1000000])) if (number === 3) break;
        console.log(await client.call('echo', 'echo', ['done']));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
        env: { ...process.env, DIRTY_SOCKET: host.socketPath },
    });
    assert.equal(stdout, 'done\n');
});

import { ArgumentEncoder, encodeString } from './arguments.js';
import { Connection } from './connection.js';
import { DirtyArgumentsError, DirtyConnectionError, DirtyProtocolError } from './errors.js';
import { socketCandidates } from './location.js';
import { retryDelay, retryPolicy } from './retry.js';
import { DirtyStream } from './stream.js';
import { bounded, cancelledBeforeSent, pause, timedOutBeforeSent, whenAborted } from './waiting.js';

/** How many connections without a stream are kept for the next stream. */
const idleStreamConnections = 4;

/** How long a host may take for a question about itself, in seconds. */
const questionTimeout = 10;

/**
 * Calls apps of a host.
 *
 * All calls share one connection. A stream has one to itself while it runs, so that a consumer that lags holds up
 * nothing else. Connections are made when they are needed, and anew when the host has been restarted; idle ones don't
 * keep the process alive.
 */
export class DirtyClient {
    #candidates;
    #connectTimeout;
    #defaults;
    #shared;
    #connecting;
    #connections = new Set();
    #idle = [];
    #isClosed = false;

    /**
     * @param {{socketPath?: string, timeout?: number, retry?: string | object, connectTimeout?: number}} [options]
     *   `socketPath`: else `$DIRTY_SOCKET`, or `dirty.sock` in one of the directories where a host puts it; `timeout`
     *   and `retry`: for calls that name none; `connectTimeout`: seconds a host may take to say hello
     */
    constructor({ socketPath, timeout, retry, connectTimeout = 5 } = {}) {
        this.#candidates = socketCandidates(socketPath);
        this.#connectTimeout = connectTimeout;
        this.#defaults = { timeout, retry };
        retryPolicy(retry);
    }

    /** Calls `action` of `app` with `args`, an array, and waits for its result. */
    async call(app, action, args = [], options = {}) {
        const call = encodeCall(app, action, args, options);
        return this.#trying(call, options, options.signal, async (bounds) => {
            const connection = await this.#sharedConnection(bounds);
            return new Promise((resolve, reject) => {
                const exchange = connection.request(call, bounds, (reply) => {
                    if (reply.kind === 'response') resolve(reply.value);
                    else if (reply.kind === 'error') reject(reply.error);
                    else {
                        reject(isStream(call, reply));
                        exchange.cancel();
                    }
                });
            });
        });
    }

    /** Calls `action` of `app`, and gives its answer chunk by chunk; an action that doesn't stream gives one. */
    stream(app, action, args = [], options = {}) {
        const call = encodeCall(app, action, args, options);
        return new DirtyStream(async (ownSignal, deliver, running) => {
            const canceller = new AbortController();
            const stops = [ownSignal, options.signal].map((signal) =>
                whenAborted(signal, () => canceller.abort(signal.reason)),
            );
            const deliverAll = (reply) => {
                if (reply.kind !== 'chunk') stops.forEach((stop) => stop());
                deliver(reply);
            };
            try {
                await this.#trying(call, options, canceller.signal, (bounds) =>
                    this.#beginStream(call, bounds, deliverAll, running),
                );
            } catch (error) {
                stops.forEach((stop) => stop());
                throw error;
            }
        });
    }

    /** Waits until the host has answered. */
    async ping() {
        await this.#ask('ping');
    }

    /** The host's workers and apps, as `dirty status --json` prints them. */
    status() {
        return this.#ask('status');
    }

    /** The apps, or the one named `app`, with their actions and parameters. */
    describe(app) {
        return this.#ask('describe', app === undefined ? '' : `,"app_path":${encodeString(app, 'app')}`);
    }

    /** What the host said when the connection was made: its version, limits and features. */
    async hello() {
        const deadline = performance.now() + questionTimeout * 1000;
        return (await this.#sharedConnection({ deadline })).greeting;
    }

    /** Ends all connections; calls in flight fail, and so do later ones. */
    close() {
        this.#isClosed = true;
        for (const connection of [...this.#connections]) connection.close('the client was closed');
    }

    static {
        // Absent before Node 18.18.
        if (Symbol.dispose) this.prototype[Symbol.dispose] = this.prototype.close;
    }

    // Attempts

    /** Makes attempts until one succeeds or the retry policy has no more. */
    async #trying(call, options, signal, attempt) {
        const timeout = options.timeout ?? this.#defaults.timeout;
        if (timeout !== undefined && !(timeout > 0)) {
            throw new DirtyArgumentsError(`timeout must be a number of seconds above 0, and is ${timeout}`);
        }
        const policy = retryPolicy(options.retry ?? this.#defaults.retry);
        const start = performance.now();
        const deadline = timeout === undefined ? Infinity : start + timeout * 1000;
        const about = { ...call.about, ...(timeout === undefined ? {} : { timeout }) };
        for (let attempts = 1; ; attempts += 1) {
            if (signal?.aborted) throw cancelledBeforeSent(signal.reason);
            if (performance.now() >= deadline) throw timedOutBeforeSent(about);
            try {
                return await attempt({ deadline, signal, about });
            } catch (error) {
                const now = performance.now();
                const progress = { attempts, elapsed: (now - start) / 1000, remaining: (deadline - now) / 1000 };
                const delay = this.#isClosed ? undefined : retryDelay(policy, error, progress);
                if (delay === undefined) throw error;
                await pause(delay, signal);
            }
        }
    }

    /** Sends a streaming call; settles with its first reply, which may be an error worth another attempt. */
    async #beginStream(call, bounds, deliver, running) {
        const connection = this.#idle.pop() ?? (await bounded(this.#open(), bounds));
        connection.onIdle = () => this.#keep(connection);
        running(connection);
        await new Promise((resolve, reject) => {
            let hasBegun = false;
            connection.request(call, bounds, (reply) => {
                if (!hasBegun && reply.kind === 'error') {
                    reject(reply.error);
                    return;
                }
                hasBegun = true;
                resolve();
                deliver(reply);
            });
        });
    }

    async #ask(type, members = '') {
        const bounds = { deadline: performance.now() + questionTimeout * 1000 };
        const connection = await this.#sharedConnection(bounds);
        return new Promise((resolve, reject) => {
            connection.ask(type, members, bounds, (reply) => {
                if (reply.kind === 'response') resolve(reply.value);
                else reject(reply.error ?? new DirtyProtocolError(`the host answers ${type} with a stream`));
            });
        });
    }

    // Connections

    async #sharedConnection(bounds) {
        if (this.#shared?.isUsable) return this.#shared;
        if (!this.#connecting) {
            this.#connecting = this.#open().finally(() => {
                this.#connecting = undefined;
            });
            // Whoever waits for it hears of its failure; there may be nobody left.
            this.#connecting.catch(() => {});
        }
        const connection = await bounded(this.#connecting, bounds);
        this.#shared = connection;
        return connection;
    }

    async #open() {
        const connection = this.#isClosed ? undefined : await Connection.open(this.#candidates, this.#connectTimeout);
        if (this.#isClosed) {
            connection?.close('the client was closed');
            throw new DirtyConnectionError('the client was closed', { executed: 'no' });
        }
        this.#connections.add(connection);
        connection.onClose = () => {
            this.#connections.delete(connection);
            this.#idle = this.#idle.filter((other) => other !== connection);
        };
        return connection;
    }

    /** Takes back a connection whose stream has ended. */
    #keep(connection) {
        connection.onIdle = () => {};
        connection.resume();
        if (connection.hasAbandoned || this.#idle.length >= idleStreamConnections) {
            connection.close('it is of no more use');
        } else {
            this.#idle.push(connection);
        }
    }
}

/** The members of a request that stay the same however often it is sent, its bytes, and what it calls. */
function encodeCall(app, action, args, { kwargs, affinity, traceparent }) {
    const encoder = new ArgumentEncoder();
    let members = '';
    for (const [name, value] of Object.entries({ app_path: app, action, affinity, traceparent })) {
        if (value === undefined && name !== 'app_path' && name !== 'action') continue;
        if (typeof value !== 'string') {
            throw new DirtyArgumentsError(`${name} must be a string, and is ${String(value)}`);
        }
        members += `,"${name}":${encodeString(value, name)}`;
    }
    members += encoder.members(args, kwargs);
    return { members, attachments: encoder.attachments, about: { app_path: app, action } };
}

/** The error of a caller who wants one result of an action that streams; what runs is cancelled. */
function isStream({ about }, reply) {
    return new DirtyProtocolError(`${about.app_path}.${about.action} answers with a stream: use stream() to call it`, {
        executed: reply.kind === 'end' ? 'yes' : 'maybe',
        details: { ...about, streams: true },
    });
}

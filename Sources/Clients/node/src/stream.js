import { cancelledBeforeSent } from './waiting.js';

/** How much of a stream is kept for a consumer that lags, before the host is made to hold the rest back. */
const bufferedBytes = 256 * 1024;
const bufferedChunks = 64;

/**
 * The chunks of a streaming call, as they come: `for await (const chunk of stream)`.
 *
 * The call begins with the first `next()`. Leaving the loop early cancels it. A consumer that lags makes the host hold
 * the plugin back. Of a call that is answered with one result, that is the only chunk, unless it is null.
 */
export class DirtyStream {
    #begin;
    #canceller = new AbortController();
    #connection;
    #chunks = [];
    #bytes = 0;
    #isPaused = false;
    #waiting = [];
    #hasBegun = false;
    #isOver = false;
    #error;

    /**
     * @param {Function} begin sends the call, trying again as the policy says; takes a signal, a function for replies
     *   and one for the connection they come on, and settles with the first reply
     */
    constructor(begin) {
        this.#begin = begin;
    }

    [Symbol.asyncIterator]() {
        return this;
    }

    /** Waits for the next chunk. An error ends the stream. */
    next() {
        this.#start();
        if (this.#chunks.length > 0) return Promise.resolve({ done: false, value: this.#shift() });
        if (this.#isOver) return this.#atEnd();
        return new Promise((resolve, reject) => {
            this.#waiting.push({ resolve, reject });
        });
    }

    /** Cancels the call; the stream is over at once. */
    async return(value) {
        this.#hasBegun = true;
        this.#finish();
        this.#error = undefined;
        this.#cancel();
        return { done: true, value };
    }

    /** Cancels the call, and throws `error`. */
    async throw(error) {
        await this.return();
        throw error;
    }

    /** Cancels the call; what waits for its next chunk gets the host's DirtyCancelledError. */
    cancel(reason) {
        if (this.#isOver) return;
        if (!this.#hasBegun) {
            this.#hasBegun = true;
            this.#finish(cancelledBeforeSent(reason));
            return;
        }
        this.#cancel(reason);
    }

    #start() {
        if (this.#hasBegun) return;
        this.#hasBegun = true;
        this.#begin(
            this.#canceller.signal,
            (reply) => this.#take(reply),
            (connection) => {
                this.#connection = connection;
            },
        ).catch((error) => this.#finish(error));
    }

    #cancel(reason) {
        this.#chunks = [];
        this.#bytes = 0;
        this.#canceller.abort(reason);
        this.#resume();
    }

    #take(reply) {
        if (reply.kind === 'error') {
            this.#finish(reply.error);
            return;
        }
        if (reply.kind === 'chunk' || (reply.kind === 'response' && reply.value !== null)) {
            this.#takeChunk(reply.value, reply.bytes);
        }
        if (reply.kind !== 'chunk') this.#finish();
    }

    #takeChunk(value, bytes) {
        if (this.#isOver || this.#canceller.signal.aborted) return;
        if (this.#waiting.length > 0) {
            this.#waiting.shift().resolve({ done: false, value });
            return;
        }
        this.#chunks.push({ value, bytes });
        this.#bytes += bytes;
        if (!this.#isPaused && (this.#bytes >= bufferedBytes || this.#chunks.length >= bufferedChunks)) {
            this.#isPaused = true;
            this.#connection.pause();
        }
    }

    #shift() {
        const { value, bytes } = this.#chunks.shift();
        this.#bytes -= bytes;
        if (this.#bytes < bufferedBytes / 2 && this.#chunks.length < bufferedChunks / 2) this.#resume();
        return value;
    }

    #resume() {
        if (!this.#isPaused) return;
        this.#isPaused = false;
        this.#connection.resume();
    }

    #finish(error) {
        if (this.#isOver) return;
        this.#isOver = true;
        this.#error = error;
        const waiting = this.#waiting;
        this.#waiting = [];
        waiting.forEach(({ resolve, reject }) => this.#atEnd().then(resolve, reject));
    }

    /** The error, to the first who asks; then the end. */
    #atEnd() {
        const error = this.#error;
        this.#error = undefined;
        return error ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined });
    }
}

import net from 'node:net';
import {
    DirtyArgumentsError,
    DirtyConnectionError,
    DirtyError,
    DirtyProtocolError,
    DirtyTimeoutError,
} from './errors.js';
import { Exchange } from './exchange.js';
import { FrameReader } from './frame-reader.js';
import { distrust } from './location.js';
import { Outbox } from './outbox.js';
import { attach, parseJSON } from './results.js';

/** The protocol's version that we speak. */
const protocol = 1;

/** What the kernel says when nobody serves a socket, in words that say more. */
const problems = {
    ENOENT: 'no such socket',
    ECONNREFUSED: 'nobody listens there any more',
    EAGAIN: 'too many connections wait to be accepted',
};

/**
 * One connection to a host, over which many calls may be in flight at once.
 *
 * It keeps the process alive only while something is in flight.
 */
export class Connection {
    /** What the host said of itself: version, limits, features. */
    greeting;
    /** Called when nothing is in flight any more. */
    onIdle = () => {};
    /** Called once, when the connection is of no more use. */
    onClose = () => {};

    #socket;
    #reader = new FrameReader(parseJSON);
    #outbox;
    #lastID = 0;
    /** By id, what has been sent and not answered; null where nobody waits for the answer any more. */
    #inFlight = new Map();
    #abandoned = 0;
    #isClosed = false;
    #isReset = false;
    /** What was wrong with what the host sent. */
    #garbage;
    /** What the host said was wrong with the connection, before it closed it. */
    #complaint;

    /**
     * Connects to the first of `candidates` that serves, and exchanges hellos.
     *
     * Throws a DirtyConnectionError that lists every path with what was wrong there.
     *
     * @param {{path: string, isNamed: boolean}[]} candidates
     * @param {number} timeout seconds for each
     */
    static async open(candidates, timeout) {
        const tried = [];
        for (const candidate of candidates) {
            const deadline = performance.now() + timeout * 1000;
            let problem = await distrust(candidate);
            if (!problem) {
                try {
                    const connection = new Connection(await connect(candidate.path));
                    await connection.#greet(deadline);
                    return connection;
                } catch (error) {
                    if (error instanceof DirtyProtocolError) throw error;
                    problem = problems[error.code] ?? error.message;
                }
            }
            tried.push({ path: candidate.path, problem });
        }
        const list = tried.map(({ path, problem }) => `${path} (${problem})`).join(', ');
        throw new DirtyConnectionError(`no host answers; tried ${list}`, { executed: 'no', details: { tried } });
    }

    constructor(socket) {
        this.#socket = socket;
        this.#outbox = new Outbox(
            socket,
            () => this.#inFlight.size,
            (exchange) => this.#inFlight.set(exchange.id, exchange),
        );
        socket.on('data', (chunk) => this.#read(chunk));
        socket.on('end', () => this.close('it was closed by the host'));
        socket.on('error', (error) => {
            // The kernel says so only if the host's end was closed with bytes of ours unread.
            this.#isReset ||= error.code === 'ECONNRESET';
            this.close(error.message);
        });
        socket.on('close', () => this.close('it was closed'));
    }

    /** Whether it can take further calls. */
    get isUsable() {
        return !this.#isClosed && this.#socket.writable;
    }

    /**
     * Sends a call, and returns its exchange; `deliver` gets its replies.
     *
     * Throws a DirtyArgumentsError for a call beyond the host's limits: sent, it would cost all others their
     * connection.
     *
     * @param {{members: string, attachments: Buffer[]}} call
     */
    request(call, bounds, deliver) {
        this.#check(call);
        const sizes = call.attachments.map((bytes) => bytes.length);
        const frame = (id) => (timeout) => {
            const bound = timeout === undefined ? '' : `,"timeout":${timeout}`;
            const text = `{"type":"request","id":${id},"attachments":[${sizes}]${bound}${call.members}}`;
            return [encode(text), ...call.attachments];
        };
        return this.#add(frame, bounds, deliver);
    }

    /** Sends a message that is no call, such as `ping`; `deliver` gets its reply. */
    ask(type, members, bounds, deliver) {
        return this.#add((id) => () => [encode(`{"type":"${type}","id":${id}${members}}`)], bounds, deliver);
    }

    /** Reads no more until {@link resume}: then the host holds back what streams on this connection. */
    pause() {
        this.#socket.pause();
    }

    /** Reads on. */
    resume() {
        this.#socket.resume();
    }

    /** Ends the connection; what is in flight on it fails for `reason`. */
    close(reason) {
        if (this.#isClosed) return;
        this.#isClosed = true;
        this.#socket.destroy();
        // That a write has failed is told after the end of what was read.
        setImmediate(() => this.#lose(reason));
        this.onClose();
    }

    // What an exchange needs of it.

    withdraw(exchange) {
        this.#outbox.withdraw(exchange);
    }

    sendCancel(exchange) {
        this.#outbox.push(encode(`{"type":"cancel","id":${exchange.id}}`));
    }

    abandon(exchange) {
        if (!this.#inFlight.has(exchange.id)) return;
        this.#inFlight.set(exchange.id, null);
        this.#abandoned += 1;
        this.#changed();
    }

    /** Whether the host still works on calls that nobody waits for. */
    get hasAbandoned() {
        return this.#abandoned > 0;
    }

    #add(frame, bounds, deliver) {
        this.#lastID += 1;
        const exchange = new Exchange(this, this.#lastID, frame(this.#lastID), bounds, (reply) => {
            deliver(reply);
            if (reply.kind !== 'chunk') this.#changed();
        });
        this.#outbox.add(exchange);
        this.#changed();
        exchange.begin();
        return exchange;
    }

    async #greet(deadline) {
        const reply = await new Promise((resolve) => {
            this.ask('hello', '', { deadline }, resolve);
        });
        if (reply.kind !== 'response' || reply.value?.protocol !== protocol) {
            this.close('it says no hello');
            if (reply.error instanceof DirtyTimeoutError) throw new Error("it doesn't say hello");
            if (reply.error instanceof DirtyConnectionError) throw reply.error;
            const said = reply.error?.message ?? `it speaks protocol ${reply.value?.protocol}`;
            throw new DirtyProtocolError(`what answers at the socket doesn't speak our protocol ${protocol}: ${said}`, {
                executed: 'no',
            });
        }
        this.greeting = reply.value;
        this.#outbox.limit = this.greeting.limits?.max_calls_per_connection ?? Infinity;
    }

    #check(call) {
        const limits = this.greeting.limits ?? {};
        // The members that come before take less than this.
        const bytes = Buffer.byteLength(call.members) + 100 + 11 * call.attachments.length;
        if (bytes > (limits.max_frame_bytes ?? Infinity)) {
            throw new DirtyArgumentsError(
                `the call's arguments have ${bytes} bytes, and the host takes ${limits.max_frame_bytes}: ` +
                    "pass bytes as Buffers, or raise the host's dirty_max_frame",
            );
        }
        if (call.attachments.length > (limits.max_attachments ?? Infinity)) {
            throw new DirtyArgumentsError(
                `the call has ${call.attachments.length} Buffers, and the host takes ${limits.max_attachments}`,
            );
        }
        const total = call.attachments.reduce((sum, attachment) => sum + attachment.length, 0);
        if (total > (limits.max_attachment_bytes ?? Infinity)) {
            throw new DirtyArgumentsError(
                `the call's Buffers have ${total} bytes, and the host takes ${limits.max_attachment_bytes} together`,
            );
        }
    }

    // Reading

    #read(chunk) {
        try {
            this.#reader.append(chunk);
            for (let next = this.#reader.next(); next && this.isUsable; next = this.#reader.next()) this.#handle(next);
        } catch (error) {
            this.#garbage = error.message;
            this.close(error.message);
        }
    }

    #handle({ message, attachments, bytes }) {
        const reply = replyOf(message, attachments, bytes);
        if (message.id === null && reply.kind === 'error') {
            // About the connection as a whole, which the host closes now.
            this.#complaint = reply.error;
            return;
        }
        const exchange = this.#inFlight.get(message.id);
        if (reply.kind !== 'chunk') this.#inFlight.delete(message.id);
        exchange?.received(reply);
        if (reply.kind === 'chunk') return;
        if (exchange === null) {
            this.#abandoned -= 1;
            this.#changed();
        }
        this.#outbox.pump();
    }

    // Ends

    #changed() {
        if (this.#isClosed) return;
        const isIdle = this.#inFlight.size === this.#abandoned && this.#outbox.waiting.size === 0;
        if (isIdle) this.#socket.unref();
        else this.#socket.ref();
        if (isIdle && this.isUsable) this.onIdle();
    }

    #lose(reason) {
        const sent = [...this.#inFlight.values()].filter((exchange) => exchange !== null);
        const waiting = [...this.#outbox.waiting];
        this.#inFlight.clear();
        waiting.forEach((exchange) => this.#outbox.withdraw(exchange));
        // If something of what we sent didn't arrive, then not the end of it.
        const isCutShort = this.#isReset || this.#outbox.hasFailed;
        for (const exchange of sent) {
            const executed = isCutShort && exchange === this.#outbox.last ? 'no' : 'maybe';
            exchange.fail(
                this.#garbage === undefined
                    ? this.#lost(reason, executed)
                    : new DirtyProtocolError(`the host doesn't speak the protocol: ${this.#garbage}`, { executed }),
            );
        }
        waiting.forEach((exchange) => exchange.fail(this.#lost(reason, 'no')));
    }

    #lost(reason, executed) {
        const why = this.#complaint?.message ?? reason;
        const message = `the connection to the host was lost: ${why}`;
        return new DirtyConnectionError(message, { executed, cause: this.#complaint });
    }
}

function connect(path) {
    return new Promise((resolve, reject) => {
        const socket = net.connect({ path });
        socket.once('error', reject);
        socket.once('connect', () => {
            socket.off('error', reject);
            resolve(socket);
        });
    });
}

function encode(text) {
    const size = Buffer.byteLength(text);
    const frame = Buffer.allocUnsafe(4 + size);
    frame.writeUInt32BE(size);
    frame.write(text, 4);
    return frame;
}

function replyOf(message, attachments, bytes) {
    switch (message.type) {
        case 'response':
            return { kind: 'response', value: attach(message.result, attachments), bytes };
        case 'chunk':
            return { kind: 'chunk', value: attach(message.data, attachments), bytes };
        case 'end':
            return { kind: 'end', bytes };
        case 'error':
            return { kind: 'error', error: DirtyError.fromReply(attach(message.error, attachments)), bytes };
        default:
            throw new Error(`a message of type ${JSON.stringify(message.type)}`);
    }
}

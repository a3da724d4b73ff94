/** What JSON holds, and bytes. What the host sends has no `undefined`, and of bytes only Buffers. */
export type DirtyValue =
    | null
    | boolean
    | number
    | bigint
    | string
    | Buffer
    | DirtyValue[]
    | { [name: string]: DirtyValue };

/** Whether a call ran: after `'no'` a retry is safe. */
export type Executed = 'no' | 'maybe' | 'yes';

/** Which failed calls are tried again, and for how long, in seconds; only calls known not to have run ever are. */
export interface RetryPolicy {
    /** The kinds of error worth another attempt; default: DirtyConnectionError. */
    kinds?: readonly (typeof DirtyError)[];
    /** How long after the first attempt another may still begin; default 2. */
    window?: number;
    /** How long to wait before the second attempt; it doubles with each further one. Default 0.02. */
    firstDelay?: number;
    /** What the delay doesn't grow beyond; default 1. */
    maximumDelay?: number;
}

/**
 * - `none`: every error is the caller's at once.
 * - `reconnect`: connects anew for two seconds, which is long enough for a host that restarts; the default.
 * - `patient`: also waits out an overloaded host and apps without workers, for 30 seconds.
 */
export type Retry = 'none' | 'reconnect' | 'patient' | RetryPolicy;

export interface ClientOptions {
    /**
     * The host's socket. Else `$DIRTY_SOCKET`; else `dirty.sock` in `$RUNTIME_DIRECTORY`, `$XDG_RUNTIME_DIR/dirty` or
     * `/tmp/dirty-$UID`, where that directory is this user's or root's and nobody else's to write.
     */
    socketPath?: string;
    /** Seconds for calls that name no timeout; default: what the host allows. */
    timeout?: number;
    /** For calls that name none. */
    retry?: Retry;
    /** Seconds that a host may take to say hello; default 5. */
    connectTimeout?: number;
}

export interface CallOptions {
    /** The arguments by name; what can be sent is the same as in `args`. */
    kwargs?: object;
    /** Seconds, above 0, for waiting, running and streaming together, retries included. */
    timeout?: number;
    /** Calls of an app with the same affinity go to the same worker while it lives. */
    affinity?: string;
    /** The W3C trace context this call belongs to. */
    traceparent?: string;
    /** Cancels the call: it then ends with a DirtyCancelledError whose `cause` is the signal's reason. */
    signal?: AbortSignal;
    retry?: Retry;
}

/**
 * Calls apps of a host.
 *
 * All calls share one connection. A stream has one to itself while it runs, so that a consumer that lags holds up
 * nothing else. Connections are made when they are needed, and anew when the host has been restarted; idle ones don't
 * keep the process alive.
 */
export declare class DirtyClient {
    /** Connects with the first call. */
    constructor(options?: ClientOptions);

    /**
     * Calls `action` of `app` with `args`, and waits for its result.
     *
     * What can be sent is what JSON.stringify takes, and BigInts, which become integers; Buffers, typed arrays,
     * DataViews and ArrayBuffers, which become attachments and must not be changed until the call has ended.
     *
     * Integers beyond ±(2^53 - 1) come as BigInts; bytes come as Buffers. Fails with a DirtyError. An action that
     * streams is cancelled and reported as a DirtyProtocolError.
     */
    call<Result = DirtyValue>(
        app: string,
        action: string,
        args?: readonly unknown[],
        options?: CallOptions,
    ): Promise<Result>;

    /**
     * Calls `action` of `app`, and gives its answer chunk by chunk; of an action that doesn't stream, its result unless
     * null.
     *
     * The call begins with the first `next()`. Leaving the loop early cancels it. A consumer that lags makes the host
     * hold the plugin back; one that takes nothing for longer than the host's `dirty_write_timeout` (30 s) loses the
     * stream.
     */
    stream<Chunk = DirtyValue>(
        app: string,
        action: string,
        args?: readonly unknown[],
        options?: CallOptions,
    ): DirtyStream<Chunk>;

    /** Waits until the host has answered. */
    ping(): Promise<void>;

    /** The host's workers and apps, as `dirty status --json` prints them. */
    status(): Promise<{ [name: string]: DirtyValue }>;

    /** The apps, or the one named `app`, with their actions and parameters. */
    describe(app?: string): Promise<{ apps: { [name: string]: DirtyValue }[] }>;

    /** What the host said when the connection was made: its version, limits and features. */
    hello(): Promise<{ [name: string]: DirtyValue }>;

    /** Ends all connections; calls in flight fail with a DirtyConnectionError, and so do later ones. */
    close(): void;
}

/** The chunks of a streaming call, as they come: `for await (const chunk of stream)`. */
export declare class DirtyStream<Chunk = DirtyValue> implements AsyncIterableIterator<Chunk> {
    private constructor();
    [Symbol.asyncIterator](): this;

    /** Waits for the next chunk. An error ends the stream. */
    next(): Promise<IteratorResult<Chunk, undefined>>;

    /** Cancels the call; the stream is over at once. */
    return(value?: unknown): Promise<IteratorResult<Chunk, undefined>>;

    /** Cancels the call, and fails with `error`. */
    throw(error: unknown): Promise<IteratorResult<Chunk, undefined>>;

    /** Cancels the call; what waits for its next chunk fails with the host's DirtyCancelledError. */
    cancel(reason?: unknown): void;
}

/**
 * Why a call has no result, and whether it ran all the same.
 *
 * What the host answers and what goes wrong on the way there come in the same form. A kind that this client doesn't
 * know, from a newer host, is a plain DirtyError whose `name` tells it.
 */
export declare class DirtyError extends Error {
    constructor(message: string, facts?: { executed?: Executed; details?: object; cause?: unknown });
    /** The kind, as it travels: `DirtyAppError` and so on. */
    name: string;
    /** Whether the call ran: after `'no'` a retry is safe. */
    executed: Executed;
    /** Further facts, such as `app_path`, `timeout`, `worker_id`; `error_type` and `executed` are always among them. */
    details: { [name: string]: any };
    /** How many seconds the host asks to wait before a retry; undefined if it says nothing about it. */
    get retryAfter(): number | undefined;
}

/** A deadline has passed: the host's or the client's own. */
export declare class DirtyTimeoutError extends DirtyError {}
/** No host answers at the socket, or the connection was lost. */
export declare class DirtyConnectionError extends DirtyError {}
/** The worker died while it ran the call. */
export declare class DirtyWorkerError extends DirtyError {}
/** The plugin said no. */
export declare class DirtyAppError extends DirtyError {}
/** The host has no app of that name. */
export declare class DirtyAppNotFoundError extends DirtyAppError {}
/** The app has no worker now or soon. */
export declare class DirtyNoWorkersAvailableError extends DirtyError {}
/** One side sent what the other doesn't understand. */
export declare class DirtyProtocolError extends DirtyError {}
/** A bound on waiting calls or memory is reached. */
export declare class DirtyOverloadedError extends DirtyError {}
/** The caller cancelled the call; `cause` is the signal's reason. */
export declare class DirtyCancelledError extends DirtyError {}
/** The same call has killed workers before and is refused. */
export declare class DirtyQuarantinedError extends DirtyError {}
/** An argument can't be sent; nothing was. */
export declare class DirtyArgumentsError extends DirtyError {}

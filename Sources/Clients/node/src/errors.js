/**
 * Why a call has no result, and whether it ran all the same.
 *
 * What the host answers and what goes wrong on the way there come in the same form. Every kind has a class; a kind that
 * this client doesn't know, from a newer host, is a plain DirtyError whose `name` tells it.
 */
export class DirtyError extends Error {
    /**
     * @param {string} message what failed, with which value, and what to do
     * @param {{executed?: 'no' | 'maybe' | 'yes', details?: object, cause?: unknown, type?: string}} [facts]
     */
    constructor(message, { executed = 'maybe', details = {}, cause, type = new.target.name } = {}) {
        super(message, cause === undefined ? undefined : { cause });
        /** The kind, as it travels: `DirtyAppError` and so on. */
        this.name = type;
        /** Whether the call ran: after `'no'` a retry is safe. */
        this.executed = executed;
        /** Further facts; `error_type` and `executed` are always among them. */
        this.details = { ...details, error_type: type, executed };
    }

    /** How many seconds the host asks to wait before a retry; undefined if it says nothing about it. */
    get retryAfter() {
        const seconds = this.details.retry_after;
        return typeof seconds === 'number' && seconds >= 0 ? seconds : undefined;
    }

    /** The error object of an `error` message; what is missing in it is taken to be as unsure as it can be. */
    static fromReply(object) {
        const body = isObject(object) ? object : {};
        const details = isObject(body.details) ? body.details : {};
        const type = [body.error_type, details.error_type].find((name) => typeof name === 'string') ?? 'DirtyError';
        const message = typeof body.message === 'string' ? body.message : 'the host reports an error without a message';
        const executed = ['no', 'maybe', 'yes'].includes(details.executed) ? details.executed : 'maybe';
        return new (classes.get(type) ?? DirtyError)(message, { executed, details, type });
    }
}

/** A deadline has passed: the host's or the client's own. */
export class DirtyTimeoutError extends DirtyError {}

/** No host answers at the socket, or the connection was lost. */
export class DirtyConnectionError extends DirtyError {}

/** The worker died while it ran the call. */
export class DirtyWorkerError extends DirtyError {}

/** The plugin said no. */
export class DirtyAppError extends DirtyError {}

/** The host has no app of that name. */
export class DirtyAppNotFoundError extends DirtyAppError {}

/** The app has no worker now or soon. */
export class DirtyNoWorkersAvailableError extends DirtyError {}

/** One side sent what the other doesn't understand. */
export class DirtyProtocolError extends DirtyError {}

/** A bound on waiting calls or memory is reached. */
export class DirtyOverloadedError extends DirtyError {}

/** The caller cancelled the call; `cause` is the signal's reason. */
export class DirtyCancelledError extends DirtyError {}

/** The same call has killed workers before and is refused. */
export class DirtyQuarantinedError extends DirtyError {}

/** An argument can't be sent; nothing was. */
export class DirtyArgumentsError extends DirtyError {
    constructor(message, facts = {}) {
        super(message, { ...facts, executed: 'no' });
    }
}

const classes = new Map(
    [
        DirtyError,
        DirtyTimeoutError,
        DirtyConnectionError,
        DirtyWorkerError,
        DirtyAppError,
        DirtyAppNotFoundError,
        DirtyNoWorkersAvailableError,
        DirtyProtocolError,
        DirtyOverloadedError,
        DirtyCancelledError,
        DirtyQuarantinedError,
    ].map((kind) => [kind.name, kind]),
);

function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

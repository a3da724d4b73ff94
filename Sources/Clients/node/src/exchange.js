import { DirtyCancelledError, DirtyTimeoutError } from './errors.js';
import { at, cancelledBeforeSent, timedOutBeforeSent, whenAborted } from './waiting.js';

/** How much longer than its timeout a call waits for the host to say that it has passed, in ms. */
const timeoutSlack = 2000;
/** How long a cancelled call waits for the host to say whether it had begun, in ms. */
const cancelSlack = 1000;

/**
 * One request on one connection.
 *
 * It is waiting (in the outbox), then sent, then ended; its replies go to `deliver`, the last of them exactly once: a
 * `response`, an `end` or an `error`, from the host or of our own making.
 */
export class Exchange {
    #carrier;
    #frame;
    #deliver;
    #bounds;
    #timeoutSent;
    #state = 'waiting';
    #cancelReason;
    #stopTimer;
    #stopListening = () => {};

    /**
     * @param {import('./connection.js').Connection} carrier
     * @param {number} id
     * @param {(timeout: number | undefined) => Buffer[]} frame makes the pieces to write, given the seconds left
     * @param {{deadline: number, signal?: AbortSignal, about?: {timeout?: number}}} bounds `about`: our errors' details
     * @param {(reply: {kind: string, value?: unknown, error?: Error, bytes: number}) => void} deliver
     */
    constructor(carrier, id, frame, bounds, deliver) {
        this.id = id;
        this.#carrier = carrier;
        this.#frame = frame;
        this.#deliver = deliver;
        this.#bounds = bounds;
        this.#stopTimer = at(bounds.deadline, () => this.#expired());
    }

    /** Starts to heed the signal; apart from the constructor, as an aborted one ends it at once. */
    begin() {
        const { signal } = this.#bounds;
        this.#stopListening = whenAborted(signal, () => this.cancel(signal.reason));
    }

    /** The pieces to write; from now on it counts as sent. */
    send() {
        this.#state = 'sent';
        this.#stopTimer();
        const { deadline } = this.#bounds;
        this.#stopTimer = at(deadline + timeoutSlack, () => this.#expired());
        if (deadline !== Infinity) {
            this.#timeoutSent = Math.max(Math.round(deadline - performance.now()), 1) / 1000;
        }
        return this.#frame(this.#timeoutSent);
    }

    /** Takes a reply of the host's. */
    received(reply) {
        if (this.#state === 'ended') return;
        if (reply.kind === 'chunk') {
            this.#deliver(reply);
            return;
        }
        const { error } = reply;
        if (error instanceof DirtyCancelledError && this.#cancelReason !== undefined) error.cause = this.#cancelReason;
        if (error instanceof DirtyTimeoutError && error.details.timeout === this.#timeoutSent) {
            // The host knows of what was left when it was sent; the caller knows of the whole.
            error.details.timeout = this.#bounds.about?.timeout ?? this.#timeoutSent;
        }
        this.#end(reply);
    }

    /** Asks the host to stop; what it answers, at once, is the end. */
    cancel(reason) {
        if (this.#state === 'ended') return;
        if (this.#state === 'waiting') {
            this.#carrier.withdraw(this);
            this.fail(cancelledBeforeSent(reason));
            return;
        }
        this.#cancelReason = reason;
        this.#carrier.sendCancel(this);
        this.#stopTimer();
        this.#stopTimer = at(performance.now() + cancelSlack, () => {
            this.#carrier.abandon(this);
            const message = 'the call was cancelled, and the host has not said whether it had begun';
            this.fail(new DirtyCancelledError(message, { cause: reason, details: this.#bounds.about }));
        });
    }

    /** Ends it with an error of our own. */
    fail(error) {
        if (this.#state !== 'ended') this.#end({ kind: 'error', error, bytes: 0 });
    }

    #expired() {
        if (this.#state === 'waiting') {
            this.#carrier.withdraw(this);
            this.fail(timedOutBeforeSent(this.#bounds.about));
            return;
        }
        this.#carrier.sendCancel(this);
        this.#carrier.abandon(this);
        const message = "the call's timeout has passed, and the host has not said so";
        this.fail(new DirtyTimeoutError(message, { details: this.#bounds.about }));
    }

    #end(reply) {
        this.#state = 'ended';
        this.#stopTimer();
        this.#stopListening();
        this.#deliver(reply);
    }
}

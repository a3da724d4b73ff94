import { DirtyCancelledError, DirtyTimeoutError } from './errors.js';

/** The longest time that a timer takes; longer ones are no bound in practice. */
const longestTimer = 2 ** 31 - 1;

/** Calls `act` at `instant` of performance.now's clock; never if that is too far off. Returns what prevents it. */
export function at(instant, act) {
    const delay = Math.max(instant - performance.now(), 0);
    if (delay > longestTimer) return () => {};
    const timer = setTimeout(act, Math.ceil(delay));
    return () => clearTimeout(timer);
}

/** Calls `act` once `signal` is aborted, or at once if it is. Returns what prevents it. */
export function whenAborted(signal, act) {
    if (!signal) return () => {};
    if (signal.aborted) {
        act();
        return () => {};
    }
    signal.addEventListener('abort', act, { once: true });
    return () => signal.removeEventListener('abort', act);
}

/**
 * What `promise` gives, unless `deadline` passes or `signal` is aborted first: then an error that says that the call
 * was not sent, with the details `about`. `promise` goes on all the same.
 *
 * @param {Promise<unknown>} promise
 * @param {{deadline: number, signal?: AbortSignal, about?: object}} bounds
 */
export async function bounded(promise, { deadline, signal, about }) {
    let undo = [];
    try {
        return await new Promise((resolve, reject) => {
            undo = [
                at(deadline, () => reject(timedOutBeforeSent(about))),
                whenAborted(signal, () => reject(cancelledBeforeSent(signal.reason))),
            ];
            promise.then(resolve, reject);
        });
    } finally {
        undo.forEach((cleanUp) => cleanUp());
    }
}

/** Waits for so many seconds; an aborted `signal` ends it with an error that says that the call was not sent. */
export function pause(seconds, signal) {
    const end = performance.now() + seconds * 1000;
    let stop;
    const pausing = new Promise((resolve) => {
        stop = at(end, resolve);
    });
    return bounded(pausing, { deadline: Infinity, signal }).finally(stop);
}

/** The error of a call whose caller gave it up before it was sent. */
export function cancelledBeforeSent(reason) {
    return new DirtyCancelledError('the call was cancelled before it was sent', { executed: 'no', cause: reason });
}

/** The error of a call whose time was up before it was sent. */
export function timedOutBeforeSent(about) {
    return new DirtyTimeoutError("the call's timeout passed before it was sent", { executed: 'no', details: about });
}

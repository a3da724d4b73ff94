import { DirtyConnectionError, DirtyNoWorkersAvailableError, DirtyOverloadedError } from './errors.js';

/**
 * Which failed calls are tried again, and for how long, by name. Only calls known not to have run ever are.
 *
 * - `none`: every error is the caller's at once.
 * - `reconnect`: connects anew for two seconds, which is long enough for a host that restarts.
 * - `patient`: also waits out an overloaded host and apps without workers, for 30 seconds.
 */
const policies = {
    none: { kinds: [], window: 0 },
    reconnect: { kinds: [DirtyConnectionError], window: 2 },
    patient: { kinds: [DirtyConnectionError, DirtyOverloadedError, DirtyNoWorkersAvailableError], window: 30 },
};

/** The policy that an option `retry` names, or spells out as `{kinds, window, firstDelay, maximumDelay}` (seconds). */
export function retryPolicy(option = 'reconnect') {
    const policy = typeof option === 'string' ? policies[option] : option;
    if (typeof policy !== 'object' || policy === null) {
        throw new TypeError(`retry must be ${Object.keys(policies).join(', ')} or an object, and is ${String(option)}`);
    }
    return { ...policies.reconnect, firstDelay: 0.02, maximumDelay: 1, ...policy };
}

/**
 * How many seconds to wait before the next attempt; undefined to give up and hand `error` to the caller.
 *
 * The delay doubles with each attempt, and is spread so that many clients don't come back all at once.
 *
 * @param {ReturnType<typeof retryPolicy>} policy
 * @param {Error} error why the last attempt failed
 * @param {{attempts: number, elapsed: number, remaining: number, jitter?: number}} progress attempts made, seconds
 *   since the first began, and what the call's timeout leaves
 */
export function retryDelay(policy, error, { attempts, elapsed, remaining, jitter = Math.random() }) {
    if (error.executed !== 'no' || !policy.kinds.some((kind) => error instanceof kind)) return undefined;
    const doubled = Math.min(policy.firstDelay * 2 ** (attempts - 1), policy.maximumDelay);
    const delay = Math.max(doubled * (0.5 + jitter / 2), error.retryAfter ?? 0);
    return elapsed + delay <= policy.window && delay < remaining ? delay : undefined;
}

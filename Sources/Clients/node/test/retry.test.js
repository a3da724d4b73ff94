import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    DirtyAppError,
    DirtyClient,
    DirtyConnectionError,
    DirtyNoWorkersAvailableError,
    DirtyOverloadedError,
} from '../src/index.js';
import { retryDelay, retryPolicy } from '../src/retry.js';

const early = { attempts: 1, elapsed: 0, remaining: Infinity, jitter: 1 };
const unsent = new DirtyConnectionError('gone', { executed: 'no' });

test('only a call known not to have run is tried again', () => {
    const policy = retryPolicy('patient');
    assert.equal(retryDelay(policy, unsent, early), 0.02);
    for (const executed of ['maybe', 'yes']) {
        assert.equal(retryDelay(policy, new DirtyConnectionError('gone', { executed }), early), undefined);
    }
    assert.equal(retryDelay(policy, new DirtyAppError('no', { executed: 'no' }), early), undefined);
    assert.equal(retryDelay(policy, new RangeError('a mistake of ours'), early), undefined);
});

test('policies differ in the kinds of error', () => {
    const kinds = [DirtyConnectionError, DirtyOverloadedError, DirtyNoWorkersAvailableError];
    const tried = (name) =>
        kinds.map((kind) => retryDelay(retryPolicy(name), new kind('', { executed: 'no' }), early) !== undefined);
    assert.deepEqual(tried('none'), [false, false, false]);
    assert.deepEqual(tried('reconnect'), [true, false, false]);
    assert.deepEqual(tried('patient'), [true, true, true]);
});

test('the delay doubles up to its maximum, and is spread', () => {
    const policy = retryPolicy({ window: 100 });
    const delay = (attempts, jitter = 1) => retryDelay(policy, unsent, { ...early, attempts, jitter });
    assert.deepEqual([1, 2, 3, 10].map((attempts) => delay(attempts)), [0.02, 0.04, 0.08, 1]);
    assert.equal(delay(3, 0), 0.04);
});

test('the host is given the time it asks for', () => {
    const busy = new DirtyOverloadedError('full', { executed: 'no', details: { retry_after: 3 } });
    assert.equal(retryDelay(retryPolicy('patient'), busy, early), 3);
});

test('no attempt begins after the window or the timeout', () => {
    const policy = retryPolicy('reconnect');
    assert.equal(retryDelay(policy, unsent, { ...early, elapsed: 1.99 }), undefined);
    assert.equal(retryDelay(policy, unsent, { ...early, remaining: 0.01 }), undefined);
});

test('an unknown policy is refused where it is given', () => {
    assert.throws(() => new DirtyClient({ retry: 'forever' }), /retry must be none, reconnect, patient/);
});

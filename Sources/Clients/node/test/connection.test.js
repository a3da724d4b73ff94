// What the client makes of hosts that say, and fail to say, all kinds of things.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    DirtyArgumentsError,
    DirtyCancelledError,
    DirtyClient,
    DirtyConnectionError,
    DirtyError,
    DirtyProtocolError,
    DirtyTimeoutError,
} from '../src/index.js';
import { ByteServer, frame } from './support/byte-server.js';

/** A server, and a client of it, for as long as the test runs. */
async function pair(t, options = {}) {
    const server = await ByteServer.start(t);
    const client = new DirtyClient({ socketPath: server.socketPath, ...options });
    t.after(() => client.close());
    return { server, client };
}

/** The error that a promise ends with, which must be of this kind and say so much about the call. */
async function failure(promise, kind, executed) {
    const error = await promise.then(
        (value) => assert.fail(`it succeeded: ${value}`),
        (reason) => reason,
    );
    assert.equal(error.constructor, kind, error.stack);
    assert.equal(error.executed, executed, error.message);
    return error;
}

test('many calls share a connection that begins with hello, and answers find them in any order', async (t) => {
    const { server, client } = await pair(t);
    const results = Promise.all(['a', 'b', 'c'].map((name) => client.call('app', 'act', [name])));
    const peer = await server.greeted();
    const requests = [await peer.read(), await peer.read(), await peer.read()].map(({ message }) => message);
    assert.deepEqual(requests[0], {
        type: 'request',
        id: requests[0].id,
        attachments: [],
        app_path: 'app',
        action: 'act',
        args: ['a'],
    });
    for (const { id, args } of requests.reverse()) peer.send({ type: 'response', id, result: args[0] });
    assert.deepEqual(await results, ['a', 'b', 'c']);
});

test('a request says all that its caller did', async (t) => {
    const { server, client } = await pair(t);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const options = { kwargs: { b: Buffer.from('xyz') }, affinity: 'k', traceparent, timeout: 60 };
    const result = client.call('app', 'act', [1], options);
    const peer = await server.greeted();
    const { message, attachments } = await peer.read();
    const { id, timeout, ...rest } = message;
    assert.ok(timeout > 0 && timeout <= 60);
    assert.deepEqual(rest, {
        type: 'request',
        attachments: [3],
        app_path: 'app',
        action: 'act',
        affinity: 'k',
        traceparent,
        args: [1],
        kwargs: { b: { $attachment: 0 } },
    });
    assert.deepEqual(attachments, [Buffer.from('xyz')]);
    const reply = { type: 'response', id, attachments: [2, 1], result: [{ $attachment: 1 }, { $attachment: 0 }] };
    peer.send(reply, Buffer.from('abc'));
    assert.deepEqual(await result, [Buffer.from('c'), Buffer.from('ab')]);
});

test('answers to nobody are passed over', async (t) => {
    const { server, client } = await pair(t);
    const result = client.call('app', 'act');
    const peer = await server.greeted();
    const { message } = await peer.read();
    peer.send({ type: 'response', id: 4711, result: 'of another' });
    peer.send({ type: 'chunk', id: 'text', data: 'of another' });
    peer.send({ type: 'response', id: message.id, result: 'mine' });
    assert.equal(await result, 'mine');
});

test('calls beyond what a connection takes wait their turn', async (t) => {
    const { server, client } = await pair(t);
    const results = Promise.all(Array.from({ length: 5 }, (_, index) => client.call('app', 'act', [index])));
    const peer = await server.greeted({ max_calls_per_connection: 2 });
    const inFlight = [await peer.read(), await peer.read()];
    for (let answered = 0; answered < 5; answered += 1) {
        const { message } = inFlight.shift();
        peer.send({ type: 'response', id: message.id, result: message.args[0] });
        if (answered < 3) inFlight.push(await peer.read());
    }
    assert.deepEqual(await results, [0, 1, 2, 3, 4]);
});

test('what the host would end the connection for is not sent', async (t) => {
    const { server, client } = await pair(t);
    const limits = { max_frame_bytes: 300, max_attachments: 2, max_attachment_bytes: 10 };
    const tooLarge = [['x'.repeat(300)], [Buffer.alloc(1), Buffer.alloc(1), Buffer.alloc(1)], [Buffer.alloc(11)]];
    const calls = tooLarge.map((args) => failure(client.call('app', 'act', args), DirtyArgumentsError, 'no'));
    const peer = await server.greeted(limits);
    assert.match((await calls[0]).message, /the host takes 300: pass bytes as Buffers/);
    await Promise.all(calls);
    const result = client.call('app', 'act', ['fits']);
    const { message } = await peer.read();
    peer.send({ type: 'response', id: message.id, result: message.args });
    assert.deepEqual(await result, ['fits']);
});

test('a connection lost under a call leaves open whether it ran, and the next call gets a new one', async (t) => {
    const { server, client } = await pair(t);
    const lost = failure(client.call('app', 'act', [1]), DirtyConnectionError, 'maybe');
    const peer = await server.greeted();
    await peer.read();
    peer.end();
    await lost;

    const result = client.call('app', 'act', [2]);
    const next = await server.greeted();
    const { message } = await next.read();
    next.send({ type: 'response', id: message.id, result: message.args[0] });
    assert.equal(await result, 2);
});

test('a call that the host never read whole is sent again', async (t) => {
    const { server, client } = await pair(t);
    // More than a socket holds: most of it is still with the kernel or with us.
    const result = client.call('app', 'act', [Buffer.alloc(4 << 20, 1)]);
    const peer = await server.greeted();
    peer.end();
    const next = await server.greeted();
    const { message, attachments } = await next.read();
    assert.equal(attachments[0].length, 4 << 20);
    next.send({ type: 'response', id: message.id, result: 'once' });
    assert.equal(await result, 'once');
});

test('of calls that the host left unread only the last is known not to have run', async (t) => {
    const { server, client } = await pair(t, { retry: 'none' });
    const first = failure(client.call('app', 'act', [1]), DirtyConnectionError, 'maybe');
    const peer = await server.greeted();
    await peer.read();
    // Larger than what a Node server reads unasked, and together with the next small enough for one write.
    const large = Buffer.alloc(150_000);
    const others = [
        failure(client.call('app', 'act', [large]), DirtyConnectionError, 'maybe'),
        failure(client.call('app', 'act', [3]), DirtyConnectionError, 'no'),
    ];
    await peer.hasSome();
    peer.end();
    await Promise.all([first, ...others]);
});

test('calls that waited for a lost connection go to the next', async (t) => {
    const { server, client } = await pair(t);
    const first = failure(client.call('app', 'act', ['first']), DirtyConnectionError, 'maybe');
    const second = client.call('app', 'act', ['second']);
    const peer = await server.greeted({ max_calls_per_connection: 1 });
    await peer.read();
    peer.end();
    await first;
    const next = await server.greeted();
    const { message } = await next.read();
    assert.deepEqual(message.args, ['second']);
    next.send({ type: 'response', id: message.id, result: 'done' });
    assert.equal(await second, 'done');
});

test('what the host says of a connection that it closes is told to its calls', async (t) => {
    const { server, client } = await pair(t);
    const lost = failure(client.call('app', 'act'), DirtyConnectionError, 'maybe');
    const peer = await server.greeted();
    await peer.read();
    const details = { error_type: 'DirtyProtocolError', executed: 'no', what: 'not_json', where: 3 };
    peer.send({ type: 'error', id: null, error: { error_type: 'DirtyProtocolError', message: 'bad frame', details } });
    peer.end();
    const error = await lost;
    assert.match(error.message, /bad frame/);
    assert.equal(error.cause.details.what, 'not_json');
});

test('what is no reply ends the connection and is called so', async (t) => {
    const texts = ['{"type":', '{"type":"wat","id":2}', '{"attachments":[-1]}'];
    for (const bytes of [...texts.map(frame), Buffer.alloc(9, 0xff)]) {
        const { server, client } = await pair(t);
        const failed = failure(client.call('app', 'act'), DirtyProtocolError, 'maybe');
        const peer = await server.greeted();
        await peer.read();
        peer.socket.write(bytes);
        await failed;
        assert.equal(await peer.read(), undefined);
    }
});

test('an error that says too little is taken to be as unsure as it can be', async (t) => {
    const { server, client } = await pair(t);
    const errors = [undefined, {}, { error_type: 'DirtyNewError', message: 'new', details: { executed: 'often' } }];
    const calls = Promise.all(errors.map(() => client.call('app', 'act').catch((error) => error)));
    const peer = await server.greeted();
    for (const error of errors) peer.send({ type: 'error', id: (await peer.read()).message.id, error });
    const [first, second, third] = await calls;
    assert.deepEqual([first, second, third].map(({ executed }) => executed), ['maybe', 'maybe', 'maybe']);
    assert.deepEqual([first.name, second.name, third.name], ['DirtyError', 'DirtyError', 'DirtyNewError']);
    assert.ok(third instanceof DirtyError);
});

test('a host of another protocol is refused', async (t) => {
    const { server, client } = await pair(t);
    const refused = failure(client.call('app', 'act'), DirtyProtocolError, 'no');
    const peer = await server.connection();
    const { message } = await peer.read();
    peer.send({ type: 'response', id: message.id, result: { protocol: 2 } });
    assert.match((await refused).message, /protocol 2/);
});

test('a host that never says hello is no host', async (t) => {
    const { server, client } = await pair(t, { connectTimeout: 0.05, retry: 'none' });
    const failed = failure(client.call('app', 'act'), DirtyConnectionError, 'no');
    await server.connection();
    assert.match((await failed).message, /say hello/);
});

test('where nobody serves, every path tried is told', async (t) => {
    const { server, client } = await pair(t, { retry: 'none' });
    await server.stop();
    const error = await failure(client.call('app', 'act'), DirtyConnectionError, 'no');
    assert.deepEqual(error.details.tried, [{ path: server.socketPath, problem: 'no such socket' }]);
});

test('a host that comes later is found', async (t) => {
    const { server, client } = await pair(t, { retry: 'patient' });
    await server.stop();
    const result = client.call('app', 'act');
    await server.listen();
    const peer = await server.greeted();
    peer.send({ type: 'response', id: (await peer.read()).message.id, result: 'late' });
    assert.equal(await result, 'late');
});

test('a timeout runs out on a call that could not be sent', async (t) => {
    const { server, client } = await pair(t, { timeout: 0.05 });
    const waits = failure(client.call('app', 'act'), DirtyTimeoutError, 'no');
    await server.connection();
    assert.deepEqual((await waits).details, {
        app_path: 'app',
        action: 'act',
        timeout: 0.05,
        error_type: 'DirtyTimeoutError',
        executed: 'no',
    });
});

test('a host that forgets a timeout is not waited for', async (t) => {
    const { server, client } = await pair(t);
    const forgotten = failure(client.call('app', 'act', [], { timeout: 1 }), DirtyTimeoutError, 'maybe');
    const peer = await server.greeted();
    const { message } = await peer.read();
    await forgotten;
    assert.deepEqual((await peer.read()).message, { type: 'cancel', id: message.id });
});

test('a timeout must be above 0', async (t) => {
    const { client } = await pair(t);
    for (const timeout of [0, -1, NaN, 'soon']) {
        await failure(client.call('app', 'act', [], { timeout }), DirtyArgumentsError, 'no');
    }
});

test('an aborted signal cancels the call, and the host says whether it had begun', async (t) => {
    const { server, client } = await pair(t);
    const canceller = new AbortController();
    const call = failure(client.call('app', 'act', [], { signal: canceller.signal }), DirtyCancelledError, 'no');
    const peer = await server.greeted();
    const { message } = await peer.read();
    canceller.abort(new Error('enough'));
    assert.deepEqual((await peer.read()).message, { type: 'cancel', id: message.id });
    const error = { error_type: 'DirtyCancelledError', message: 'cancelled', details: { executed: 'no' } };
    peer.send({ type: 'error', id: message.id, error });
    assert.equal((await call).cause.message, 'enough');
});

test('a cancelled call that the host says nothing of ends all the same', async (t) => {
    const { server, client } = await pair(t);
    const canceller = new AbortController();
    const call = failure(client.call('app', 'act', [], { signal: canceller.signal }), DirtyCancelledError, 'maybe');
    const peer = await server.greeted();
    const { message } = await peer.read();
    canceller.abort();
    await call;
    // A late answer is for nobody.
    peer.send({ type: 'response', id: message.id, result: 'late' });
    const next = client.call('app', 'act');
    assert.equal((await peer.read()).message.type, 'cancel');
    peer.send({ type: 'response', id: (await peer.read()).message.id, result: 'next' });
    assert.equal(await next, 'next');
});

test('a call whose signal is aborted before it is sent is not sent', async (t) => {
    const { server, client } = await pair(t);
    await failure(client.call('app', 'act', [], { signal: AbortSignal.abort() }), DirtyCancelledError, 'no');
    const canceller = new AbortController();
    const call = client.call('app', 'act', ['x'], { signal: canceller.signal });
    const connecting = failure(call, DirtyCancelledError, 'no');
    canceller.abort();
    await connecting;
    const pinged = client.ping();
    const peer = await server.greeted();
    const { message } = await peer.read();
    assert.equal(message.type, 'ping');
    peer.send({ type: 'response', id: message.id, result: 'pong' });
    await pinged;
});

test('a closed client fails its calls, in flight and later', async (t) => {
    const { server, client } = await pair(t);
    const call = failure(client.call('app', 'act'), DirtyConnectionError, 'maybe');
    const peer = await server.greeted();
    await peer.read();
    client.close();
    await call;
    assert.match((await failure(client.call('app', 'act'), DirtyConnectionError, 'no')).message, /closed/);
});

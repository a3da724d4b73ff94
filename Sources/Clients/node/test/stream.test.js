import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import {
    DirtyCancelledError,
    DirtyClient,
    DirtyConnectionError,
    DirtyError,
    DirtyOverloadedError,
} from '../src/index.js';
import { ByteServer } from './support/byte-server.js';

/** A server, and a client of it, for as long as the test runs. */
async function pair(t, options = {}) {
    const server = await ByteServer.start(t);
    const client = new DirtyClient({ socketPath: server.socketPath, ...options });
    t.after(() => client.close());
    return { server, client };
}

/** The next request on a connection of its own. */
async function requested(server) {
    const peer = await server.greeted();
    return { peer, id: (await peer.read()).message.id };
}

async function all(stream) {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
}

test('chunks come in order, then the end', async (t) => {
    const { server, client } = await pair(t);
    const chunks = all(client.stream('app', 'act'));
    const { peer, id } = await requested(server);
    for (const data of [1, 'two', null]) peer.send({ type: 'chunk', id, data });
    peer.send({ type: 'chunk', id, attachments: [3], data: { $attachment: 0 } }, Buffer.from('raw'));
    peer.send({ type: 'end', id });
    assert.deepEqual(await chunks, [1, 'two', null, Buffer.from('raw')]);
});

test('of a single result that is the only chunk, and null is none', async (t) => {
    const { server, client } = await pair(t);
    const one = all(client.stream('app', 'act'));
    const { peer, id } = await requested(server);
    peer.send({ type: 'response', id, result: [7] });
    assert.deepEqual(await one, [[7]]);
    const none = all(client.stream('app', 'act'));
    peer.send({ type: 'response', id: (await peer.read()).message.id, result: null });
    assert.deepEqual(await none, []);
});

test('chunks that have come are given before the error that ends them, and then the stream is over', async (t) => {
    const { server, client } = await pair(t);
    const stream = client.stream('app', 'act');
    const first = stream.next();
    const { peer, id } = await requested(server);
    peer.send({ type: 'chunk', id, data: 1 });
    peer.send({ type: 'chunk', id, data: 2 });
    peer.end();
    assert.deepEqual(await first, { done: false, value: 1 });
    assert.deepEqual(await stream.next(), { done: false, value: 2 });
    await assert.rejects(stream.next(), (error) => error instanceof DirtyConnectionError && error.executed === 'maybe');
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
});

test('several who wait for chunks get them in turn', async (t) => {
    const { server, client } = await pair(t);
    const stream = client.stream('app', 'act');
    const results = Promise.all([stream.next(), stream.next(), stream.next()]);
    const { peer, id } = await requested(server);
    for (const data of [1, 2]) peer.send({ type: 'chunk', id, data });
    peer.send({ type: 'end', id });
    assert.deepEqual((await results).map(({ value }) => value), [1, 2, undefined]);
});

test('leaving the loop cancels the call, and its connection serves the next stream', async (t) => {
    const { server, client } = await pair(t);
    const stream = client.stream('app', 'act', ['endless']);
    const first = stream.next();
    const { peer, id } = await requested(server);
    for (const data of [1, 2, 3]) peer.send({ type: 'chunk', id, data });
    assert.equal((await first).value, 1);
    for await (const chunk of stream) {
        assert.equal(chunk, 2);
        break;
    }
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
    assert.deepEqual((await peer.read()).message, { type: 'cancel', id });
    peer.send({ type: 'chunk', id, data: 4 });
    peer.send({ type: 'error', id, error: { error_type: 'DirtyCancelledError', details: { executed: 'maybe' } } });
    // Its answer comes after what came on the first connection.
    await answersPing(server, client);

    const next = all(client.stream('app', 'act', ['next']));
    const { message } = await peer.read();
    assert.deepEqual(message.args, ['next']);
    peer.send({ type: 'chunk', id: message.id, data: 5 });
    peer.send({ type: 'end', id: message.id });
    assert.deepEqual(await next, [5]);
});

async function answersPing(server, client) {
    const pinged = client.ping();
    const { peer, id } = await requested(server);
    peer.send({ type: 'response', id, result: 'pong' });
    await pinged;
}

test('a stream that nobody reads is not begun', async (t) => {
    const { server, client } = await pair(t);
    const unread = client.stream('app', 'unread');
    await unread.return();
    assert.deepEqual(await unread.next(), { done: true, value: undefined });
    const cancelled = client.stream('app', 'cancelled');
    cancelled.cancel();
    await assert.rejects(cancelled.next(), (error) => error instanceof DirtyCancelledError && error.executed === 'no');
    await answersPing(server, client);
});

test('an aborted signal ends the stream with an error, even where chunks wait to be read', async (t) => {
    const { server, client } = await pair(t);
    const canceller = new AbortController();
    const stream = client.stream('app', 'act', [], { signal: canceller.signal });
    const first = stream.next();
    const { peer, id } = await requested(server);
    peer.send({ type: 'chunk', id, data: 1 });
    assert.equal((await first).value, 1);
    canceller.abort('enough');
    assert.equal((await peer.read()).message.type, 'cancel');
    peer.send({ type: 'chunk', id, data: 2 });
    peer.send({ type: 'error', id, error: { error_type: 'DirtyCancelledError', details: { executed: 'maybe' } } });
    await assert.rejects(all(stream), (error) => error instanceof DirtyCancelledError && error.cause === 'enough');
});

test('a stream that was refused before it began is tried again, and later not', async (t) => {
    const { server, client } = await pair(t, { retry: { kinds: [DirtyOverloadedError], window: 10 } });
    const refusal = (id) => ({
        type: 'error',
        id,
        error: { error_type: 'DirtyOverloadedError', message: 'full', details: { executed: 'no' } },
    });
    const chunks = [];
    const reading = (async () => {
        for await (const chunk of client.stream('app', 'act')) chunks.push(chunk);
    })();
    const { peer, id } = await requested(server);
    peer.send(refusal(id));
    const again = (await peer.read()).message;
    peer.send({ type: 'chunk', id: again.id, data: 1 });
    peer.send(refusal(again.id));
    await assert.rejects(reading, DirtyError);
    assert.deepEqual(chunks, [1]);
});

test('a consumer that lags holds the host back, and nobody else', async (t) => {
    const { server, client } = await pair(t);
    const data = 'x'.repeat(64 * 1024);
    const count = 600;
    let written = 0;
    const stream = client.stream('app', 'act');
    const first = stream.next();
    const { peer, id } = await requested(server);
    const writing = (async () => {
        for (; written < count; written += 1) {
            peer.send({ type: 'chunk', id, data });
            if (peer.socket.writableNeedDrain) await once(peer.socket, 'drain');
        }
        peer.send({ type: 'end', id });
    })();
    await first;

    const pinged = client.ping();
    const control = await server.greeted();
    const pong = async () => control.send({ type: 'response', id: (await control.read()).message.id, result: 'pong' });
    await pong();
    await pinged;
    let taken = 1;
    for (;;) {
        // Time in which a client that read on would do so.
        for (let turn = 0; turn < 3; turn += 1) await Promise.all([client.ping(), pong()]);
        assert.ok((written - taken) * data.length <= 4 << 20, `${written} chunks were written and ${taken} taken`);
        const { done, value } = await stream.next();
        if (done) break;
        assert.equal(value.length, data.length);
        taken += 1;
    }
    await writing;
    assert.equal(taken, count);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameReader } from '../src/frame-reader.js';
import { frame } from './support/byte-server.js';

const messages = [
    { message: { id: 1, result: 'é🦊' }, attachments: [] },
    { message: { id: 2, attachments: [3, 0, 5] }, attachments: ['abc', '', 'defgh'].map((text) => Buffer.from(text)) },
    { message: { id: 3 }, attachments: [] },
];
const wire = Buffer.concat(
    messages.flatMap(({ message, attachments }) => [frame(JSON.stringify(message)), ...attachments]),
);

function readAll(pieces) {
    const reader = new FrameReader(JSON.parse);
    const read = [];
    for (const piece of pieces) {
        reader.append(piece);
        for (let next = reader.next(); next; next = reader.next()) read.push(next);
    }
    return read;
}

const withoutSizes = (read) => read.map(({ message, attachments }) => ({ message, attachments }));

test('messages are the same wherever the bytes are cut in two', () => {
    for (let cut = 0; cut <= wire.length; cut += 1) {
        assert.deepEqual(withoutSizes(readAll([wire.subarray(0, cut), wire.subarray(cut)])), messages);
    }
});

test('messages are the same byte by byte, and many of them over', () => {
    const bytes = Buffer.concat(Array.from({ length: 40 }, () => wire));
    const pieces = Array.from(bytes, (byte) => Buffer.of(byte));
    assert.deepEqual(withoutSizes(readAll(pieces)), Array.from({ length: 40 }, () => messages).flat());
});

test('a message knows how many bytes it took', () => {
    assert.equal(readAll([wire]).reduce((sum, { bytes }) => sum + bytes, 0), wire.length);
});

test('a message that is cut short does not come', () => {
    for (let cut = 0; cut < wire.length; cut += 1) {
        assert.ok(readAll([wire.subarray(0, cut)]).length < messages.length);
    }
});

test('small attachments keep nothing else alive', () => {
    const more = frame(JSON.stringify({ result: 'x'.repeat(100_000) }));
    const [{ attachments }] = readAll([Buffer.concat([frame('{"attachments":[3]}'), Buffer.alloc(3), more])]);
    assert.equal(attachments[0].length, 3);
    assert.ok(attachments[0].buffer.byteLength < 100_000);
});

test('what is no message is an error', () => {
    const texts = ['{', '{"attachments":[-1]}', '{"attachments":[1.5]}', '{"attachments":{}}', '{"attachments":["1"]}'];
    for (const text of texts) assert.throws(() => readAll([frame(text)]));
    assert.throws(() => readAll([Buffer.from('40000000', 'hex')]), /1073741824 bytes/);
});

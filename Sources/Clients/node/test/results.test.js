import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attach, parseJSON } from '../src/results.js';

test('integers are numbers as far as numbers hold them exactly, and BigInts beyond', () => {
    assert.deepEqual(parseJSON('[9007199254740991,-9007199254740991]'), [9007199254740991, -9007199254740991]);
    assert.deepEqual(parseJSON('[9007199254740992,-9007199254740993]'), [9007199254740992n, -9007199254740993n]);
    assert.deepEqual(parseJSON(' {"a" : [ 18446744073709551616 ] } '), { a: [18446744073709551616n] });
    assert.equal(parseJSON('123456789012345678901234567890'), 123456789012345678901234567890n);
});

test('fractions are numbers, however long', () => {
    assert.deepEqual(
        parseJSON('[0.30000000000000004,1e400,12345678901234567890.5,1234567890123456789e2]'),
        [0.30000000000000004, Infinity, 12345678901234567890.5, 1234567890123456789e2],
    );
});

test('beside a long integer everything is read as JSON.parse reads it', () => {
    const texts = [
        '{}',
        '[]',
        '[ ]',
        '{ "a" : { } , "b" : [ 1 , -0.5e+3 , true , false , null ] }',
        '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83e\\udd8a"',
        '"ends with a backslash\\\\"',
        '"12345678901234567890"',
        '{"__proto__":{"a":1},"\\u0061":2,"a":3}',
        '[[[["deep",{"er":[""]}]]]]',
    ];
    for (const text of texts) {
        const [value, long] = parseJSON(`[${text},12345678901234567890]`);
        assert.deepStrictEqual(value, JSON.parse(text));
        assert.equal(long, 12345678901234567890n);
    }
});

test('a long integer inside a string stays text', () => {
    assert.equal(parseJSON('"12345678901234567890"'), '12345678901234567890');
});

test('the name __proto__ is a member like any other', () => {
    const value = parseJSON('{"__proto__":{"polluted":12345678901234567890}}');
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.deepEqual(Object.keys(value), ['__proto__']);
});

test('no JSON is an error', () => {
    const texts = ['', '{', '[1,]', '12345678901234567890x', 'nul'];
    for (const text of texts) assert.throws(() => parseJSON(text), SyntaxError);
});

test('references to attachments become their bytes, and what only looks like one stays', () => {
    const bytes = [Buffer.from('a'), Buffer.from('b')];
    assert.equal(attach({ $attachment: 1 }, bytes), bytes[1]);
    assert.deepEqual(attach({ x: [{ $attachment: 0 }, 1], y: null }, bytes), { x: [bytes[0], 1], y: null });
    for (const value of [{ $attachment: 2 }, { $attachment: '0', b: 1 }, { $attachment: -1 }, 'x', null]) {
        assert.deepEqual(attach(value, bytes), value);
    }
    assert.deepEqual(attach({ $attachment: 0 }, []), { $attachment: 0 });
});

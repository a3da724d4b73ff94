import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArgumentEncoder } from '../src/arguments.js';
import { DirtyArgumentsError } from '../src/index.js';

const encode = (args, kwargs) => new ArgumentEncoder().members(args, kwargs);
const encodeOne = (value) => encode([value]).slice(',"args":['.length, -1);

test('what JSON holds is encoded as JSON.stringify does it', () => {
    const simple = [null, true, false, 0, -1.5, 1e21, 5e-324, '', 'a"\\\n\u0000é🦊'];
    const nested = [[], [[1], {}], { a: { b: [] }, '': 1 }];
    for (const value of [...simple, ...nested, new Date(0), Object('boxed'), Object(7)]) {
        assert.equal(encodeOne(value), JSON.stringify(value));
    }
});

test('absent and empty arguments take no room', () => {
    assert.equal(encode([]), '');
    assert.equal(encode([], {}), '');
    assert.equal(encode([], { a: undefined }), '');
    assert.equal(encode([1], { a: undefined, b: 2 }), ',"args":[1],"kwargs":{"b":2}');
});

test('undefined is null in an array, and no member of an object', () => {
    assert.equal(encodeOne([undefined, { a: undefined, b: 1 }]), '[null,{"b":1}]');
});

test('BigInts are exact integers', () => {
    assert.equal(encodeOne([2n ** 64n, -9007199254740993n]), '[18446744073709551616,-9007199254740993]');
});

test('bytes of every type become attachments, counted through args and kwargs, without a copy', () => {
    const encoder = new ArgumentEncoder();
    const memory = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);
    const views = [Buffer.from('ab'), memory.subarray(2, 4), new DataView(memory.buffer, 4, 2), memory.buffer];
    const text = encoder.members([views[0], { in: [views[1]] }], { view: views[2], all: views[3] });
    assert.equal(
        text,
        ',"args":[{"$attachment":0},{"in":[{"$attachment":1}]}]' +
            ',"kwargs":{"view":{"$attachment":2},"all":{"$attachment":3}}',
    );
    assert.deepEqual(
        encoder.attachments.map((bytes) => [...bytes]),
        [[97, 98], [2, 3], [4, 5], [...memory]],
    );
    assert.equal(encoder.attachments[1].buffer, memory.buffer);
});

test('what JSON would quietly change is refused, with its place', () => {
    const cyclic = {};
    cyclic.self = cyclic;
    const cases = [
        [NaN, 'args[0]'],
        [{ a: [1, Infinity] }, 'args[0].a[1]'],
        [() => {}, 'function'],
        [{ f: Symbol('s') }, 'args[0].f'],
        [new Map(), 'Map'],
        [new Set(), 'Set'],
        [Promise.resolve(), 'await'],
        ['\ud800', 'surrogate'],
        [{ '\udc00': 1 }, 'surrogate'],
        [{ $attachment: 0 }, 'Buffer'],
        [cyclic, 'contains itself'],
    ];
    for (const [value, words] of cases) {
        assert.throws(() => encode([value]), (error) => {
            assert.ok(error instanceof DirtyArgumentsError);
            assert.equal(error.executed, 'no');
            assert.ok(error.message.includes(words), `${error.message} lacks ${words}`);
            return true;
        });
    }
});

test('nesting is taken up to the depth that a host takes', () => {
    const nested = (depth) => {
        let value = 1;
        for (let level = 0; level < depth; level += 1) value = [value];
        return value;
    };
    assert.ok(encode([nested(510)]));
    assert.throws(() => encode([nested(511)]), DirtyArgumentsError);
});

test('args that are no array and kwargs that are no object are refused', () => {
    for (const args of ['fox', { length: 1 }, 7, null]) assert.throws(() => encode(args), /args must be an array/);
    for (const kwargs of [['fox'], 'fox', Buffer.from('x'), null]) {
        assert.throws(() => encode([], kwargs), /kwargs must be an object/);
    }
});

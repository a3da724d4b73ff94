// Runs the cases of Tests/Conformance against a host: what they mean is said in their README.md.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test, after } from 'node:test';
import { DirtyCancelledError, DirtyClient, DirtyError } from '../src/index.js';
import { parseJSON } from '../src/results.js';
import { matches } from './support/matching.js';
import { conformanceHost } from './support/host.js';
import { conformance } from './support/paths.js';

/** What cases may need; the apps that the host has are added. */
const available = new Set(['attachments', 'cancel', 'concurrency', 'affinity', 'kwargs', 'int64', 'big_integers']);

let host;

before(async () => {
    host = await conformanceHost();
    const client = new DirtyClient({ socketPath: host.socketPath });
    const { apps } = await client.describe();
    apps.forEach(({ name }) => available.add(name));
    client.close();
});

after(() => host?.stop());

const files = readdirSync(conformance).filter((name) => /^calls-.*\.json$/.test(name));

test('there are cases', () => assert.notEqual(files.length, 0));

for (const file of files) {
    const { about, cases } = parseJSON(readFileSync(path.join(conformance, file), 'utf8'));
    describe(about, () => {
        for (const { name, needs = [], steps } of cases) {
            test(name, async (t) => {
                const missing = needs.filter((need) => !available.has(need));
                if (missing.length > 0) t.skip(`needs ${missing}`);
                else await runCase(steps);
            });
        }
    });
}

async function runCase(steps) {
    const client = new DirtyClient({ socketPath: host.socketPath });
    const started = new Map();
    const unique = randomUUID();
    const resolve = (value, index) => resolved(value, { $index: index, $unique: unique });
    const begin = ({ request, stream, take }, index) => new Started(client, resolve(request, index), { stream, take });
    try {
        for (const step of steps) {
            const check = async (outcome, index) => {
                const problem = matches(await outcome, resolve(step.expect, index));
                assert.equal(problem, undefined, `${problem}\nin step ${JSON.stringify(step, bigIntsAsTexts)}`);
            };
            switch (step.do) {
                case 'call':
                    await check(begin(step).outcome);
                    break;
                case 'stream':
                    await check(begin({ ...step, stream: true }).outcome);
                    break;
                case 'start':
                    started.set(step.name, begin(step));
                    break;
                case 'cancel':
                    started.get(step.name).cancel();
                    break;
                case 'finish':
                    await check(started.get(step.name).outcome);
                    break;
                case 'many': {
                    const indices = Array.from({ length: step.count }, (_, index) => index);
                    await Promise.all(indices.map((index) => check(begin(step, index).outcome, index)));
                    break;
                }
                case 'ping':
                    await check(outcomeOf(client.ping().then(() => 'pong')));
                    break;
                case 'hello':
                case 'status':
                    await check(outcomeOf(client[step.do]()));
                    break;
                case 'describe':
                    await check(outcomeOf(client.describe(step.app)));
                    break;
                default:
                    assert.fail(`a step that this runner doesn't know: ${step.do}`);
            }
        }
    } finally {
        client.close();
    }
}

/** A call that goes on, and can be cancelled. */
class Started {
    #canceller = new AbortController();

    /** How it ends, in the words of the cases. */
    outcome;

    constructor(client, { app, action, args, ...options }, { stream, take }) {
        options.signal = this.#canceller.signal;
        this.outcome = stream
            ? chunksOf(client.stream(app, action, args, options), take)
            : outcomeOf(client.call(app, action, args, options));
    }

    cancel() {
        this.#canceller.abort();
    }
}

async function outcomeOf(promise) {
    try {
        return { result: await promise };
    } catch (error) {
        return failure(error);
    }
}

async function chunksOf(stream, take = Infinity) {
    const chunks = [];
    try {
        for await (const chunk of stream) {
            chunks.push(chunk);
            if (chunks.length === take) break;
        }
        return { chunks };
    } catch (error) {
        return { chunks, ...failure(error) };
    }
}

function failure(error) {
    assert.ok(error instanceof DirtyError, `an error of another type: ${error?.stack}`);
    const { name, executed, message, details } = error;
    return { error: { type: name, executed, message, details }, cancelled: error instanceof DirtyCancelledError };
}

/** A value of the cases, with what stands for something put in its place. */
function resolved(value, words) {
    if (typeof value === 'string' && value in words) return words[value];
    if (Array.isArray(value)) return value.map((item) => resolved(item, words));
    if (typeof value !== 'object' || value === null) return value;
    if (typeof value.$bytes === 'string') return Buffer.from(value.$bytes, 'base64');
    if (typeof value.$bytes === 'object') return pattern(value.$bytes);
    if (value.$text) return value.$text.repeat.repeat(value.$text.count);
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member, words)]));
}

function pattern({ size, seed }) {
    const bytes = Buffer.alloc(size);
    for (let index = 0; index < size; index += 1) bytes[index] = index * seed + (index >> 8);
    return bytes;
}

function bigIntsAsTexts(_, value) {
    return typeof value === 'bigint' ? String(value) : value;
}

/**
 * What is wrong with an outcome of a call: undefined if it is as the case expects.
 *
 * @param {object} outcome `{result}`, `{chunks}`, and for errors `{error, cancelled}`
 * @param {object} expected one of those of Tests/Conformance/README.md
 */
export function matches(outcome, expected) {
    if (expected.cancelled) return outcome.cancelled ? undefined : `it was not cancelled: ${show(outcome)}`;
    const { error, ...rest } = expected;
    if (!error && outcome.error) return `it failed: ${show(outcome)}`;
    for (const [name, value] of Object.entries(rest)) {
        const problem = difference(outcome[name], value, name);
        if (problem) return problem;
    }
    return error ? errorDifference(outcome.error, error) : undefined;
}

function errorDifference(actual, { details = {}, ...expected }) {
    return difference(actual, { $has: { ...expected, details: { $has: details } } }, 'error');
}

/** Where `actual` is not what `expected` says, or undefined. */
function difference(actual, expected, place) {
    const differs = `${place} is ${show(actual)} and not ${show(expected)}`;
    if (Buffer.isBuffer(expected)) return Buffer.isBuffer(actual) && actual.equals(expected) ? undefined : differs;
    if (Array.isArray(expected)) {
        if (!Array.isArray(actual) || actual.length !== expected.length) return differs;
        return first(expected, (item, index) => difference(actual[index], item, `${place}[${index}]`));
    }
    if (typeof expected !== 'object' || expected === null) return isSame(actual, expected) ? undefined : differs;
    if ('$type' in expected) return typeOf(actual).includes(expected.$type) ? undefined : differs;
    if ('$one_of' in expected) {
        return expected.$one_of.some((one) => difference(actual, one, place) === undefined) ? undefined : differs;
    }
    if ('$contains' in expected) return contains(actual, expected.$contains) ? undefined : differs;
    return objectDifference(actual, expected, place) && `${objectDifference(actual, expected, place)}; ${differs}`;
}

function objectDifference(actual, expected, place) {
    if (!typeOf(actual).includes('object')) return 'no object';
    const members = expected.$has ?? expected;
    const surplus = Object.keys(actual).find((name) => !(name in members));
    if (!expected.$has && surplus !== undefined) return `${place} has ${surplus}`;
    return first(Object.keys(members), (name) =>
        name in actual ? difference(actual[name], members[name], `${place}.${name}`) : `${place} lacks ${name}`,
    );
}

function contains(actual, part) {
    if (typeof actual === 'string') return actual.includes(part);
    return Array.isArray(actual) && actual.some((item) => difference(item, part, '') === undefined);
}

function isSame(actual, expected) {
    const bothNumbers = [actual, expected].every((value) => ['number', 'bigint'].includes(typeof value));
    // eslint-disable-next-line eqeqeq -- a BigInt and a number of the same value are the same
    return bothNumbers ? actual == expected : actual === expected;
}

function typeOf(value) {
    if (value === null) return ['null'];
    if (Buffer.isBuffer(value)) return ['bytes'];
    if (Array.isArray(value)) return ['array'];
    if (typeof value === 'bigint' || Number.isInteger(value)) return ['integer', 'number'];
    return [typeof value];
}

function first(items, problem) {
    for (const [index, item] of items.entries()) {
        const found = problem(item, index);
        if (found) return found;
    }
    return undefined;
}

function show(value) {
    return JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? String(member) : member))?.slice(0, 300);
}

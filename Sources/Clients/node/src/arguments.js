import { DirtyArgumentsError } from './errors.js';

/** The deepest nesting that a host takes, and how deep in a request an argument's own nesting begins. */
const maxDepth = 512;
const argumentDepth = 2;

/**
 * Turns the arguments of a call into JSON text, and takes their bytes out as attachments.
 *
 * As JSON.stringify, but: a BigInt becomes an integer; a Buffer, typed array, DataView or ArrayBuffer becomes an
 * attachment; and what JSON would quietly turn into something else (NaN, functions, Maps, half characters, cycles) is
 * an error.
 */
export class ArgumentEncoder {
    /** The bytes met so far, in order; views of the caller's memory, not copies. */
    attachments = [];

    /**
     * The members `args` and `kwargs` of a request, each only if it isn't empty.
     *
     * @returns {string} JSON text such as `,"args":[1],"kwargs":{"a":2}`
     */
    members(args, kwargs) {
        if (!Array.isArray(args)) {
            throw new DirtyArgumentsError(`args must be an array, as in ['fox'], and is ${describe(args)}`);
        }
        if (kwargs !== undefined && !isPlain(kwargs)) {
            throw new DirtyArgumentsError(`kwargs must be an object, as in {limit: 5}, and is ${describe(kwargs)}`);
        }
        let text = '';
        if (args.length > 0) {
            const items = args.map((item, index) => this.#encode(item, argumentDepth, `args[${index}]`));
            text += `,"args":[${items.join(',')}]`;
        }
        const names = Object.keys(kwargs ?? {}).filter((name) => kwargs[name] !== undefined);
        if (names.length > 0) {
            const items = names.map((name) => {
                const value = this.#encode(kwargs[name], argumentDepth, `kwargs.${name}`);
                return `${encodeString(name, 'kwargs')}:${value}`;
            });
            text += `,"kwargs":{${items.join(',')}}`;
        }
        return text;
    }

    #encode(value, depth, place) {
        switch (typeof value) {
            case 'string':
                return encodeString(value, place);
            case 'number':
                if (!Number.isFinite(value)) throw refused(place, `${value}, which JSON can't hold`);
                return Object.is(value, -0) ? '-0' : String(value);
            case 'bigint':
            case 'boolean':
                return String(value);
            case 'undefined':
                return 'null';
            case 'object':
                return value === null ? 'null' : this.#encodeObject(value, depth, place);
            default:
                throw refused(place, `a ${typeof value}`);
        }
    }

    #encodeObject(value, depth, place) {
        const bytes = bytesOf(value);
        if (bytes) {
            this.attachments.push(bytes);
            return `{"$attachment":${this.attachments.length - 1}}`;
        }
        if (depth >= maxDepth) throw refused(place, `nested more than ${maxDepth} deep, or contains itself`);
        if (typeof value.toJSON === 'function') return this.#encode(value.toJSON(), depth, place);
        if (value instanceof Map || value instanceof Set) {
            throw refused(place, `a ${describe(value)}: make an object or an array of it`);
        }
        if (value instanceof Promise) throw refused(place, 'a Promise: await it first');
        if (Array.isArray(value)) {
            const items = value.map((item, index) => this.#encode(item, depth + 1, `${place}[${index}]`));
            return `[${items.join(',')}]`;
        }
        if (value instanceof Number || value instanceof String || value instanceof Boolean) {
            return this.#encode(value.valueOf(), depth, place);
        }
        return this.#encodeMembers(value, depth, place);
    }

    #encodeMembers(object, depth, place) {
        const names = Object.keys(object);
        if (names.length === 1 && names[0] === '$attachment') {
            throw refused(place, 'an object that refers to an attachment: pass the Buffer itself');
        }
        let text = '';
        for (const name of names) {
            if (object[name] === undefined) continue;
            const member = this.#encode(object[name], depth + 1, `${place}.${name}`);
            text += `${text === '' ? '' : ','}${encodeString(name, place)}:${member}`;
        }
        return `{${text}}`;
    }
}

/** The JSON text of a string, which must have no half of a surrogate pair: the host takes none. */
export function encodeString(text, place) {
    if (/\p{Surrogate}/u.test(text)) throw refused(place, 'a string with half of a surrogate pair');
    return JSON.stringify(text);
}

function bytesOf(value) {
    if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return Buffer.from(value);
    return undefined;
}

function refused(place, problem) {
    return new DirtyArgumentsError(`${place} can't be sent: it is ${problem}`);
}

function isPlain(value) {
    if (typeof value !== 'object' || value === null) return false;
    return !Array.isArray(value) && !bytesOf(value) && !(value instanceof Map);
}

function describe(value) {
    if (value === null || typeof value !== 'object') return String(value);
    return value.constructor?.name ?? 'object';
}

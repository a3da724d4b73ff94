/** An integer that may be too long for a number to hold exactly; inside a string it only costs time. */
const longInteger = /(?<![\d.])\d{16,}(?![\d.eE])/;

/** The bytes that are white space in JSON. */
const space = /[ \t\n\r]*/y;
const number = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;

/**
 * The value of a JSON text; integers beyond ±(2^53 - 1) become BigInts, as a number would quietly be another integer.
 *
 * Throws a SyntaxError for what is no JSON.
 */
export function parseJSON(text) {
    const value = JSON.parse(text);
    return longInteger.test(text) ? new ExactReader(text).value() : value;
}

/** Replaces each `{"$attachment":i}` within `value` by the attachment's Buffer; returns the value. */
export function attach(value, attachments) {
    if (attachments.length === 0 || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index += 1) value[index] = attach(value[index], attachments);
        return value;
    }
    const names = Object.keys(value);
    if (names.length === 1 && names[0] === '$attachment') return attachments[value.$attachment] ?? value;
    for (const name of names) value[name] = attach(value[name], attachments);
    return value;
}

/** Reads JSON that JSON.parse has accepted, keeping integers exact. */
class ExactReader {
    #text;
    #position = 0;

    constructor(text) {
        this.#text = text;
    }

    value() {
        this.#skipSpace();
        switch (this.#text[this.#position]) {
            case '{':
                return this.#object();
            case '[':
                return this.#array();
            case '"':
                return this.#string();
            case 't':
                this.#position += 4;
                return true;
            case 'f':
                this.#position += 5;
                return false;
            case 'n':
                this.#position += 4;
                return null;
            default:
                return this.#number();
        }
    }

    #object() {
        const object = {};
        this.#list('}', () => {
            const name = this.#string();
            this.#skipSpace();
            this.#position += 1;
            // As JSON.parse does it: the name __proto__ is a member like any other.
            Object.defineProperty(object, name, {
                value: this.value(),
                writable: true,
                enumerable: true,
                configurable: true,
            });
        });
        return object;
    }

    #array() {
        const array = [];
        this.#list(']', () => array.push(this.value()));
        return array;
    }

    /** Goes over an opening character, items with commas between them, and the closing character. */
    #list(closing, readItem) {
        do {
            this.#position += 1;
            this.#skipSpace();
            if (this.#text[this.#position] === closing) break;
            readItem();
            this.#skipSpace();
        } while (this.#text[this.#position] === ',');
        this.#position += 1;
    }

    #string() {
        let end = this.#position;
        do {
            end = this.#text.indexOf('"', end + 1);
        } while (this.#isEscaped(end));
        const token = this.#text.slice(this.#position, end + 1);
        this.#position = end + 1;
        return JSON.parse(token);
    }

    #isEscaped(position) {
        let backslashes = 0;
        while (this.#text[position - 1 - backslashes] === '\\') backslashes += 1;
        return backslashes % 2 === 1;
    }

    #number() {
        number.lastIndex = this.#position;
        const [token, fraction, exponent] = number.exec(this.#text);
        this.#position = number.lastIndex;
        const value = Number(token);
        return fraction || exponent || Number.isSafeInteger(value) ? value : BigInt(token);
    }

    #skipSpace() {
        space.lastIndex = this.#position;
        space.test(this.#text);
        this.#position = space.lastIndex;
    }
}

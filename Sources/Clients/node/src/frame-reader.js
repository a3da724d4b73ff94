import { constants } from 'node:buffer';

/** The longest frame there can be, whatever a host is told: below 1 GiB. */
const longestFrameBytes = 2 ** 30 - 1;

/** How many places of used-up chunks are left at the list's front before it is moved up. */
const usedChunksKept = 1024;

/**
 * Cuts what arrives on a connection into messages: a 4-byte length, JSON text, and the attachments that the text
 * announces.
 */
export class FrameReader {
    #parse;
    #chunks = [];
    #first = 0;
    #available = 0;
    #textBytes;
    #message;
    #missing = [];
    #attachments = [];

    /** @param {(text: string) => object} parse gives the message of a frame's text, or throws */
    constructor(parse) {
        this.#parse = parse;
    }

    /** Takes bytes in. */
    append(chunk) {
        this.#chunks.push(chunk);
        this.#available += chunk.length;
    }

    /**
     * The next message with its attachments, or undefined until more bytes have come.
     *
     * Throws if what comes is none; where the next one would begin is then unknown.
     *
     * @returns {{message: object, attachments: Buffer[], bytes: number} | undefined}
     */
    next() {
        if (this.#textBytes === undefined) {
            const header = this.#take(4);
            if (!header) return undefined;
            this.#textBytes = header.readUInt32BE();
            if (this.#textBytes > longestFrameBytes) throw new Error(`a frame of ${this.#textBytes} bytes`);
        }
        if (this.#message === undefined) {
            const text = this.#take(this.#textBytes);
            if (!text) return undefined;
            this.#message = this.#parse(text.toString('utf8'));
            this.#missing = attachmentSizes(this.#message);
        }
        while (this.#attachments.length < this.#missing.length) {
            const bytes = this.#take(this.#missing[this.#attachments.length]);
            if (!bytes) return undefined;
            // A small part of what was read would keep all of it alive.
            this.#attachments.push(bytes.length * 2 < bytes.buffer.byteLength ? Buffer.from(bytes) : bytes);
        }
        const whole = { message: this.#message, attachments: this.#attachments, bytes: this.#bytes() };
        this.#textBytes = this.#message = undefined;
        this.#missing = [];
        this.#attachments = [];
        return whole;
    }

    #bytes() {
        return this.#missing.reduce((sum, size) => sum + size, 4 + this.#textBytes);
    }

    /** The next `count` bytes, without a copy where they came in one piece; undefined until they are there. */
    #take(count) {
        if (this.#available < count) return undefined;
        this.#available -= count;
        if (count === 0) return Buffer.alloc(0);
        const pieces = [];
        let wanted = count;
        while (wanted > 0) {
            const chunk = this.#chunks[this.#first];
            if (chunk.length > wanted) {
                pieces.push(chunk.subarray(0, wanted));
                this.#chunks[this.#first] = chunk.subarray(wanted);
                wanted = 0;
            } else {
                pieces.push(chunk);
                this.#chunks[this.#first] = undefined;
                this.#first += 1;
                wanted -= chunk.length;
            }
        }
        if (this.#first === this.#chunks.length || this.#first >= usedChunksKept) {
            this.#chunks = this.#chunks.slice(this.#first);
            this.#first = 0;
        }
        return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, count);
    }
}

function attachmentSizes(message) {
    const sizes = message.attachments ?? [];
    const isSize = (size) => Number.isSafeInteger(size) && size >= 0 && size <= constants.MAX_LENGTH;
    if (!Array.isArray(sizes) || !sizes.every(isSize)) throw new Error(`attachments of sizes ${JSON.stringify(sizes)}`);
    return sizes;
}

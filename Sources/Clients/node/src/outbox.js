/** How many bytes of calls are handed to the socket at once; what is not yet handed over can still be taken back. */
const batchBytes = 256 * 1024;

/**
 * What waits to be written on one socket.
 *
 * One batch at a time is handed over, so that much of what waits when a connection is lost is known not to have been
 * sent.
 */
export class Outbox {
    /** The exchange whose frame was handed over last; undefined if another message was. */
    last;
    /** How many exchanges may be in flight at once. */
    limit = Infinity;
    /** Whether a write has failed: then the end of the last frame never arrived. */
    hasFailed = false;

    #socket;
    #inFlight;
    #sending;
    #messages = [];
    #waiting = new Set();
    #isWriting = false;

    /**
     * @param {import('node:net').Socket} socket
     * @param {() => number} inFlight how many exchanges are
     * @param {(exchange: import('./exchange.js').Exchange) => void} sending told of each before it is handed over
     */
    constructor(socket, inFlight, sending) {
        this.#socket = socket;
        this.#inFlight = inFlight;
        this.#sending = sending;
    }

    /** The exchanges that haven't been handed over. */
    get waiting() {
        return this.#waiting;
    }

    /** Writes a message that is no request, ahead of all requests. */
    push(frame) {
        this.#messages.push(frame);
        this.pump();
    }

    /** Writes an exchange's frame when it is its turn. */
    add(exchange) {
        this.#waiting.add(exchange);
        this.pump();
    }

    /** Takes back an exchange that hasn't been handed over. */
    withdraw(exchange) {
        this.#waiting.delete(exchange);
    }

    /** Hands over what may be, if the last batch has been written. */
    pump() {
        if (this.#isWriting || this.#socket.destroyed) return;
        const pieces = this.#messages;
        this.#messages = [];
        if (pieces.length > 0) this.last = undefined;
        let bytes = 0;
        for (const exchange of this.#waiting) {
            if (bytes >= batchBytes || this.#inFlight() >= this.limit) break;
            this.#waiting.delete(exchange);
            this.#sending(exchange);
            this.last = exchange;
            for (const piece of exchange.send()) {
                pieces.push(piece);
                bytes += piece.length;
            }
        }
        if (pieces.length > 0) this.#write(pieces);
    }

    #write(pieces) {
        this.#isWriting = true;
        this.#socket.cork();
        pieces.forEach((piece, index) => {
            this.#socket.write(piece, index === pieces.length - 1 ? (error) => this.#written(error) : undefined);
        });
        this.#socket.uncork();
    }

    #written(error) {
        if (error) {
            // A socket that is closed for another reason fails its writes too, and those may have arrived.
            this.hasFailed ||= error.code === 'EPIPE';
            return;
        }
        this.#isWriting = false;
        this.pump();
    }
}

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const hello = { server: 'byte-server', version: '0', protocol: 1, limits: {}, features: [] };

/** A host that says exactly what a test wants, byte for byte. */
export class ByteServer {
    /** The path at which it serves. */
    socketPath;
    #server;
    #directory;
    #accepted = [];
    #waiting = [];

    /** Starts one, for as long as the test runs. */
    static async start(test) {
        const server = new ByteServer();
        server.#directory = await mkdtemp(path.join(tmpdir(), 'dirty-bytes-'));
        server.socketPath = path.join(server.#directory, 'dirty.sock');
        test.after(async () => {
            await server.stop();
            await rm(server.#directory, { recursive: true });
        });
        await server.listen();
        return server;
    }

    /** Serves (again). */
    async listen() {
        this.#server = net.createServer({ pauseOnConnect: true }, (socket) => {
            const waiting = this.#waiting.shift();
            if (waiting) waiting(socket);
            else this.#accepted.push(socket);
        });
        this.#server.listen(this.socketPath);
        await once(this.#server, 'listening');
    }

    /** Serves no more. */
    async stop() {
        this.#accepted.splice(0).forEach((socket) => socket.destroy());
        if (!this.#server.listening) return;
        this.#server.close();
    }

    /** The next connection that is made, with nothing read from it. */
    async connection() {
        const socket = this.#accepted.shift() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
        return new Peer(socket);
    }

    /** The next connection that is made, hello answered with these limits. */
    async greeted(limits = {}) {
        const peer = await this.connection();
        const { message } = await peer.read();
        peer.send({ type: 'response', id: message.id, result: { ...hello, limits } });
        return peer;
    }
}

/** The host's end of a connection. */
class Peer {
    socket;
    #bytes = Buffer.alloc(0);

    constructor(socket) {
        this.socket = socket;
        socket.on('error', () => {});
    }

    /** The next message; undefined if the client has ended instead. */
    async read() {
        const header = await this.#take(4);
        if (!header) return undefined;
        const message = JSON.parse(await this.#take(header.readUInt32BE()));
        const attachments = [];
        for (const size of message.attachments ?? []) attachments.push(await this.#take(size));
        return { message, attachments };
    }

    /** Writes a message, and what follows it. */
    send(message, ...attachments) {
        this.socket.write(Buffer.concat([frame(JSON.stringify(message)), ...attachments]));
    }

    /** Waits until something of a next message has come. */
    async hasSome() {
        while (this.socket.readableLength === 0) await once(this.socket, 'readable');
    }

    /** Closes, whatever the client has sent and we have not read. */
    end() {
        this.socket.destroy();
    }

    async #take(count) {
        while (this.#bytes.length < count) {
            const chunk = this.socket.read();
            if (chunk) this.#bytes = Buffer.concat([this.#bytes, chunk]);
            else if (this.socket.readableEnded) return undefined;
            else await this.#change();
        }
        const taken = this.#bytes.subarray(0, count);
        this.#bytes = this.#bytes.subarray(count);
        return taken;
    }

    /** Waits until there is more to read, or there never will be. */
    async #change() {
        const stop = new AbortController();
        const changes = ['readable', 'end'].map((event) => once(this.socket, event, { signal: stop.signal }));
        await Promise.race(changes).finally(() => stop.abort());
    }
}

/** A frame with this text. */
export function frame(text) {
    const bytes = Buffer.from(text);
    const header = Buffer.alloc(4);
    header.writeUInt32BE(bytes.length);
    return Buffer.concat([header, bytes]);
}

// Client for Dirty Host: calls native plugins over a Unix socket. No dependencies.
//
//   client.js        DirtyClient: what users hold; retries, and which connection a call takes
//   stream.js        DirtyStream: the chunks of a streaming call
//   connection.js    one socket: hello, many calls at once, what is known when it is lost
//   outbox.js        what waits to be written on it
//   exchange.js      one request on one connection: its deadline, its cancelling, its end
//   frame-reader.js  cuts what arrives into messages
//   arguments.js     values to JSON and attachments
//   results.js       JSON and attachments to values
//   errors.js        the errors, by the names that travel
//   retry.js         which failed calls are tried again
//   location.js      where a host's socket may be

export { DirtyClient } from './client.js';
export { DirtyStream } from './stream.js';
export {
    DirtyAppError,
    DirtyAppNotFoundError,
    DirtyArgumentsError,
    DirtyCancelledError,
    DirtyConnectionError,
    DirtyError,
    DirtyNoWorkersAvailableError,
    DirtyOverloadedError,
    DirtyProtocolError,
    DirtyQuarantinedError,
    DirtyTimeoutError,
    DirtyWorkerError,
} from './errors.js';

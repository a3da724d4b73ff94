// The client of a Dirty Host, for Swift code with and without an event loop.
//
// Calls/      what is asked and answered: DirtyCall, DirtyResult, DirtyCallError
// Coding/     Swift values to arguments and back; bytes as attachments
// Frames/     requests as bytes, replies from bytes
// Location/   where a host's socket may be, and connecting to it
// Retries/    which failed calls are tried again
// Blocking/   BlockingDirtyClient: a thread waits for each call

@_exported import DirtyWire

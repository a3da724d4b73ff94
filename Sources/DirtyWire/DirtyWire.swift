// DirtyWire: what travels between clients, arbiter and workers, as bytes. It opens no sockets and imports nothing.
//
// JSON/      The language. JSONMachine knows RFC 8259 and takes a text in pieces; JSONCheck runs it over a whole one.
//            JSONReader builds values from texts that passed. JSONValue and JSONObject are the tree, JSONText writes
//            text, StringSpan and NumberSpan are values in place, JSONError says what is wrong and where.
// Messages/  What clients and host say in JSON. RequestScanner passes over a message as it arrives and gives a
//            RequestHead; ReplyHead is a client's view of a reply; JSONFrame builds frames. AttachmentPlace says where an
//            attachment is, SharedMemory if that is memory of the client's. ErrorReply is what clients see of a
//            failure, with ErrorType and Executed; ProtocolError and ProtocolFault what they did wrong.
// GD/        What Gunicorn's newer clients speak. GDHeader and GDFrame frame; GDScanner and GDRequestHead find a
//            request's members; GDTranscoder carries values to JSON and back; GDMachine and GDReader lie beneath.
// Link/      The headers on a lane between arbiter and worker: LaneRequestHeader, LaneReplyHeader, PayloadForm; and
//            LaneSharedMemory, what a request says of memory.
// Bytes/     Integers in memory, UTF-8, short texts, Base64.
// DirtyVersion.swift  The versions told to peers.

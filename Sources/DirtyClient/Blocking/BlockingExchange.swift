import DirtyWire

/// One request on one connection, from its sending to its last reply.
struct BlockingExchange {
    let connection: BlockingConnection
    let id: UInt64
    /// When this side gives up on a host that should have said something by then.
    let deadline: Deadline
    /// The bytes that go with it, shared while the exchange is kept; nil for a message other than a call.
    var parcel: Parcel?

    /// The next reply to this request; replies to earlier ones that were given up are passed over.
    func next() throws(DirtyCallError) -> Reply.Contents {
        while true {
            let reply = try connection.receive(by: deadline)
            // An error without an id is about the connection, and so about the only request on it.
            guard reply.id == id || reply.id == nil else { continue }
            guard case .response(var result) = reply.contents else { return reply.contents }
            try result.fetchAttachments(from: parcel?.area)
            return .response(result)
        }
    }
}

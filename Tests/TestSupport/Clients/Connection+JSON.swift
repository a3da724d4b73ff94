import DirtyWire

extension Connection {
    /// Sends a message as a JSON frame, and `attachments` behind it.
    public func send(_ message: JSONValue, attachments: [[UInt8]] = []) throws {
        try send(attachments.reduce(JSONFrame.encode(message), +))
    }

    /// Sends `text`, JSON or not, as a frame.
    public func send(text: [UInt8]) throws {
        try send(Self.lengthPrefix(text.count) + text)
    }

    /// The text of the next JSON frame, as it came.
    public func receiveText(within seconds: Double = 30) throws -> [UInt8] {
        let length = try receive(JSONFrame.headerBytes, within: seconds)
        return try receive(length.withUnsafeBytes { JSONFrame.decodeLength($0) }, within: seconds)
    }

    /// The next message.
    public func receive(within seconds: Double = 30) throws -> Reply {
        let text = try receiveText(within: seconds)
        let message: JSONValue
        do {
            message = try JSONValue(parsing: text)
        } catch {
            throw TestFailure("the host sent what is not JSON: \(error.message)")
        }
        // What isn't a size is in memory that the client shares, and no bytes follow for it.
        let sizes = message["attachments"]?.arrayValue?.map { $0.intValue ?? 0 } ?? []
        return Reply(message: message, attachments: try sizes.map { try receive($0, within: seconds) })
    }

    /// The next `count` messages.
    public func receive(count: Int, within seconds: Double = 30) throws -> [Reply] {
        try (0..<count).map { _ in try receive(within: seconds) }
    }

    /// Sends a message and returns what comes next.
    public func ask(_ message: JSONValue, within seconds: Double = 30) throws -> Reply {
        try send(message)
        return try receive(within: seconds)
    }

    /// Returns when the host has taken in all that was sent before; nothing else may be on its way back.
    public func synchronise() throws {
        let reply = try ask(["type": "ping", "id": "synchronise"])
        guard reply.id == "synchronise" else { throw TestFailure("this came before the pong: \(reply)") }
    }

    /// Calls an action and returns its result.
    ///
    /// - Throws: ``CallError`` if the host answers with one.
    public func call(_ app: String, _ action: String, _ args: JSONValue...) throws -> JSONValue {
        try ask(.request(1, app, action, args)).result()
    }

    /// Calls an action that streams; returns what its chunks hold.
    public func stream(_ app: String, _ action: String, _ args: JSONValue...) throws -> [JSONValue] {
        try send(.request(1, app, action, args))
        var chunks: [JSONValue] = []
        while true {
            let reply = try receive()
            if let error = reply.error { throw error }
            guard reply.type == "chunk", let data = reply.data else {
                guard reply.type == "end" else { throw TestFailure("neither chunk nor end: \(reply)") }
                return chunks
            }
            chunks.append(data)
        }
    }

    /// The bytes that announce a frame of `count` bytes.
    public static func lengthPrefix(_ count: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(count).bigEndian, Array.init)
    }
}

extension JSONValue {
    /// A request, with whatever other members.
    public static func request(
        _ id: JSONValue,
        _ app: String,
        _ action: String,
        _ args: [JSONValue] = [],
        with members: JSONObject = [:]
    ) -> JSONValue {
        var request: JSONObject = [
            "type": "request", "id": id, "app_path": .string(app), "action": .string(action), "args": .array(args),
        ]
        for (key, value) in members {
            request[key] = value
        }
        return .object(request)
    }
}

import DirtyWire

/// One GD frame of a host.
public struct GDReply: Sendable {
    /// What it is.
    public let type: GDType
    /// Whose it is.
    public let id: UInt64
    /// Its payload; null if it has none.
    public let payload: JSONValue

    /// The error that this must be.
    public func requireError() throws -> CallError {
        guard type == .error, let object = payload["error"] else { throw TestFailure("no error: \(type) \(payload)") }
        return CallError(object: object)
    }
}

extension Connection {
    /// Sends a message as a GD frame.
    public func send(_ type: GDType, id: UInt64, _ payload: JSONValue) throws {
        let body = try payload.tlv()
        var frame = [UInt8](repeating: 0, count: GDHeader.bytes)
        frame.withUnsafeMutableBytes {
            GDHeader(type: type, payloadBytes: UInt32(body.count), requestID: id).encode(into: $0)
        }
        try send(frame + body)
    }

    /// The next GD frame.
    public func receiveGD(within seconds: Double = 30) throws -> GDReply {
        let header = try receive(GDHeader.bytes, within: seconds).withUnsafeBytes { try GDHeader(decoding: $0) }
        let body = try receive(Int(header.payloadBytes), within: seconds)
        let payload = body.isEmpty ? .null : try body.withUnsafeBytes { try JSONValue(parsingTLV: $0) }
        return GDReply(type: header.type, id: header.requestID, payload: payload)
    }
}

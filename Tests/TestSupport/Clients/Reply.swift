import DirtyWire

/// One message of a host.
public struct Reply: Sendable, CustomStringConvertible {
    /// The message as it came.
    public let message: JSONValue
    /// The bytes behind it.
    public let attachments: [[UInt8]]

    /// What it is: `response`, `error`, `chunk` or `end`.
    public var type: String { message["type"]?.stringValue ?? "" }
    /// Whose it is.
    public var id: JSONValue { message["id"] ?? .null }
    /// What a chunk holds.
    public var data: JSONValue? { message["data"] }
    /// Its error, if it is one.
    public var error: CallError? { message["error"].map(CallError.init) }

    /// The result of a response.
    ///
    /// - Throws: ``CallError`` if it is an error, ``TestFailure`` if it is neither.
    public func result() throws -> JSONValue {
        if let error { throw error }
        guard type == "response", let result = message["result"] else { throw TestFailure("no response: \(message)") }
        return result
    }

    /// The error that this must be.
    public func requireError() throws -> CallError {
        guard type == "error", let error else { throw TestFailure("no error: \(message)") }
        return error
    }

    /// What a test prints of it.
    public var description: String { message.description }
}

import DirtyWire

/// The error that a host answered a call with.
public struct CallError: Error, CustomStringConvertible {
    /// The error object as it came.
    public let object: JSONValue

    /// Which error it is, such as `DirtyTimeoutError`.
    public var type: String { object["error_type"]?.stringValue ?? "" }
    /// What it says.
    public var message: String { object["message"]?.stringValue ?? "" }
    /// What more it says.
    public var details: JSONValue { object["details"] ?? .null }
    /// Whether the call ran: `no`, `maybe` or `yes`.
    public var executed: String { details["executed"]?.stringValue ?? "" }

    /// What a test prints of it.
    public var description: String { object.description }
}

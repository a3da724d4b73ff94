/// An error as the client sees it.
///
/// On the wire `details` always begins with `error_type` and `executed`, which nothing can override.
public struct ErrorReply: Error, Hashable, Sendable {
    /// Which error it is.
    public var type: ErrorType
    /// One sentence on what failed, with which value, and what to do.
    public var message: String
    /// Whether the call ran.
    public var executed: Executed
    /// What else there is to say; members named `error_type` and `executed` are not sent.
    public var details: JSONObject

    /// An error with the given contents.
    public init(_ type: ErrorType, _ message: String, executed: Executed, details: JSONObject = [:]) {
        self.type = type
        self.message = message
        self.executed = executed
        self.details = details
    }

    /// The error object: `{"error_type":…,"message":…,"details":{…}}`.
    public func json() -> JSONValue {
        var sent: JSONObject = [
            "error_type": .string(type.rawValue),
            "executed": .string(executed.rawValue),
        ]
        sent.addMissing(from: details)
        return [
            "error_type": .string(type.rawValue),
            "message": .string(message),
            "details": .object(sent),
        ]
    }

    /// The error object as JSON text.
    public func jsonBytes() -> [UInt8] {
        json().serialized()
    }
}

extension ErrorReply {
    /// The error that an error object tells of; nil if it is none of ours: its type is unknown, or a member is missing.
    public init?(json: JSONValue) {
        guard let type = json["error_type"]?.stringValue.flatMap(ErrorType.init),
            let message = json["message"]?.stringValue,
            var details = json["details"]?.objectValue,
            let executed = details["executed"]?.stringValue.flatMap(Executed.init)
        else { return nil }
        details["error_type"] = nil
        details["executed"] = nil
        self.init(type, message, executed: executed, details: details)
    }
}

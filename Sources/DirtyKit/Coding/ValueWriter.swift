/// How values of one type are written: by `Encodable`, or more quickly by a subclass.
///
/// Chosen once, when an action is registered, not at every call. A class and not a closure, which would be wrapped twice on
/// its way from code that knows the type to code that doesn't.
class ValueWriter<Value: Encodable> {
    /// The quickest writer of the type.
    static func quickest() -> ValueWriter {
        guard let direct = Value.self as? any DirectlyEncodable.Type else { return ValueWriter() }
        return make(direct)
    }

    private static func make<Direct: DirectlyEncodable>(_: Direct.Type) -> ValueWriter {
        // Direct is Value here: the caller just found it so, and the compiler can't know.
        DirectWriter<Direct>() as AnyObject as! ValueWriter
    }

    /// Hands the JSON of `value` to the host.
    /// - Returns: What the host says.
    func send(_ value: Value, to host: Outgoing) throws -> Int32 {
        var output = JSONOutput.forValue
        try ValueEncoder.write(value, to: &output)
        return output.send(to: host)
    }
}

/// How values are written that need no Codable machinery.
private final class DirectWriter<Value: DirectlyEncodable>: ValueWriter<Value> {
    override func send(_ value: Value, to host: Outgoing) throws -> Int32 { try value.send(to: host) }
}

extension JSONOutput {
    /// Appends any value, by the quickest way its type has.
    mutating func append(value: some Encodable) throws {
        if let direct = value as? any DirectlyEncodable {
            try direct.write(to: &self)
        } else {
            try ValueEncoder.write(value, to: &self)
        }
    }
}

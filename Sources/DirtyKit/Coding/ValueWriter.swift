/// How values of one type are written; chosen once, when an action is registered, not at every call.
struct ValueWriter<Value: Encodable> {
    let write: (Value, inout JSONOutput) throws -> Void

    init(_ type: Value.Type = Value.self) {
        if let direct = Value.self as? any DirectlyEncodable.Type {
            write = Self.direct(direct)
        } else {
            write = { try ValueEncoder.write($0, to: &$1) }
        }
    }

    private static func direct<Direct: DirectlyEncodable>(
        _: Direct.Type
    ) -> (Value, inout JSONOutput) throws -> Void {
        let write: (Direct, inout JSONOutput) throws -> Void = { try $0.write(to: &$1) }
        // Direct is Value here: the caller just found it so, and the compiler can't know.
        return write as! (Value, inout JSONOutput) throws -> Void
    }
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

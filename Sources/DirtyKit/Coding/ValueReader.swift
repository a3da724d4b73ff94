/// How values of one type are read; chosen once, when a parameter is registered, not at every call.
struct ValueReader<Value: Decodable> {
    let read: (inout JSONCursor) throws -> Value

    init(_ type: Value.Type = Value.self) {
        if let direct = Value.self as? any DirectlyDecodable.Type {
            read = Self.direct(direct)
        } else {
            read = { try ValueDecoder.read(Value.self, from: &$0) }
        }
    }

    private static func direct<Direct: DirectlyDecodable>(_: Direct.Type) -> (inout JSONCursor) throws -> Value {
        let read: (inout JSONCursor) throws -> Direct = { try Direct.read(&$0) }
        // Direct is Value here: the caller just found it so, and the compiler can't know.
        return read as! (inout JSONCursor) throws -> Value
    }
}

extension JSONValue {
    /// The value of a GD value; bytes become `{"$base64":"…"}`.
    ///
    /// Throws what ``GDTranscoder`` throws; also dictionaries with two members of one name are refused.
    public init(parsingTLV value: UnsafeRawBufferPointer) throws(GDError) {
        var reader = try GDReader(checking: value, maxDepth: GDLimits.depth)
        self = try Self.read(&reader)
    }

    /// The value as a GD value, an object whose only member is `$base64` as bytes.
    ///
    /// Throws if there is an integer beyond Int64, a `$base64` that is none, or more items or depth than GD allows.
    public func tlv() throws(GDError) -> [UInt8] {
        let result = serialized().withUnsafeBytes { text in
            Result { () throws(GDError) in
                var value: [UInt8] = []
                try GDTranscoder.tlv(fromJSON: text, attachments: { _ in nil }, into: &value)
                return value
            }
        }
        return try result.get()
    }

    private static func read(_ reader: inout GDReader) throws(GDError) -> JSONValue {
        let start = reader.position
        switch reader.next() {
        case .none: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let integer): return .int(integer)
        case .float(let number):
            guard number.isFinite else { throw GDError(.notFinite(number.description), at: start) }
            return .double(number)
        case .bytes(let content):
            var characters: [UInt8] = []
            Base64.append(content, to: &characters)
            return ["$base64": .string(String(decoding: characters, as: UTF8.self))]
        case .string(let text): return .string(String(decoding: text, as: UTF8.self))
        case .list(let count):
            var elements: [JSONValue] = []
            for _ in 0..<count { try elements.append(read(&reader)) }
            return .array(elements)
        case .dict(let count):
            var members = JSONObject()
            for _ in 0..<count {
                let place = reader.position
                guard case .string(let text) = reader.next() else {
                    preconditionFailure("A key was checked to be a string.")
                }
                let name = String(decoding: text, as: UTF8.self)
                let value = try read(&reader)
                guard members.insert(name, value) else { throw GDError(.duplicateMember(name), at: place) }
            }
            return .object(members)
        }
    }
}

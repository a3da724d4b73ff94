extension JSONValue {
    /// The value of a JSON text, by RFC 8259 and in UTF-8.
    ///
    /// Objects with two members of one name are refused. Integers beyond UInt64 and Int64 become doubles. At most
    /// `maxDepth` containers lie within each other; above 512 it counts as 512.
    public init(parsing text: UnsafeRawBufferPointer, maxDepth: Int = 512) throws(JSONError) {
        if let error = JSONCheck.firstError(in: text, maxDepth: maxDepth) { throw error }
        var reader = JSONReader(text)
        self = try reader.value()
    }

    /// The value of a JSON text; see ``init(parsing:maxDepth:)-(UnsafeRawBufferPointer,_)``.
    public init(parsing text: [UInt8], maxDepth: Int = 512) throws(JSONError) {
        self = try Self.parse(text, maxDepth).get()
    }

    /// The value of a JSON text; see ``init(parsing:maxDepth:)-(UnsafeRawBufferPointer,_)``.
    public init(parsing text: String, maxDepth: Int = 512) throws(JSONError) {
        self = try Self.parse(Array(text.utf8), maxDepth).get()
    }

    private static func parse(_ text: [UInt8], _ maxDepth: Int) -> Result<JSONValue, JSONError> {
        // `withUnsafeBytes` passes on no typed error.
        text.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try JSONValue(parsing: bytes, maxDepth: maxDepth) }
        }
    }
}

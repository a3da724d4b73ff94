/// Carries values over from one form to the other, without building a tree.
///
/// | GD | JSON |
/// |---|---|
/// | nil, boolean, string, list, dictionary | null, boolean, string, array, object |
/// | integer | number without fraction and exponent |
/// | float | number with a fraction or an exponent |
/// | bytes | `{"$attachment":i}`; to GD also `{"$base64":"…"}` |
///
/// What the other form cannot express is an error, never a near miss: to JSON a float that is NaN or infinite, to GD an
/// integer beyond 64 bits with sign, which Gunicorn refuses to send too.
public enum GDTranscoder {
    /// Appends a GD value as JSON text.
    ///
    /// `bytes` is called for each bytes value, in order, and returns the index of the attachment it becomes. What it is
    /// given points into `value`. After an error what was appended is of no use.
    public static func json(
        fromTLV value: UnsafeRawBufferPointer,
        into output: inout [UInt8],
        bytes: (UnsafeRawBufferPointer) -> Int
    ) throws(GDError) {
        var reader = try GDReader(checking: value, maxDepth: GDLimits.depth)
        try appendJSON(from: &reader, to: &output, bytes: bytes)
    }

    private static func appendJSON(
        from reader: inout GDReader,
        to output: inout [UInt8],
        bytes: (UnsafeRawBufferPointer) -> Int
    ) throws(GDError) {
        let start = reader.position
        switch reader.next() {
        case .none:
            output.append(contentsOf: "null".utf8)
        case .bool(let flag):
            output.append(contentsOf: flag ? "true".utf8 : "false".utf8)
        case .int(let integer):
            JSONText.appendInteger(integer, to: &output)
        case .float(let number):
            guard JSONText.appendDouble(number, to: &output) else {
                throw GDError(.notFinite(number.description), at: start)
            }
        case .bytes(let content):
            output.append(contentsOf: #"{"$attachment":"#.utf8)
            JSONText.appendInteger(bytes(content), to: &output)
            output.append(UInt8(ascii: "}"))
        case .string(let text):
            JSONText.appendString(text, to: &output)
        case .list(let count):
            output.append(UInt8(ascii: "["))
            for index in 0..<count {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                try appendJSON(from: &reader, to: &output, bytes: bytes)
            }
            output.append(UInt8(ascii: "]"))
        case .dict(let count):
            output.append(UInt8(ascii: "{"))
            for index in 0..<count {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                try appendJSON(from: &reader, to: &output, bytes: bytes)
                output.append(UInt8(ascii: ":"))
                try appendJSON(from: &reader, to: &output, bytes: bytes)
            }
            output.append(UInt8(ascii: "}"))
        }
    }
}

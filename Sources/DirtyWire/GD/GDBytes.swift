/// Appends GD values.
enum GDBytes {
    /// Appends a tag and what is the length, count or whole of the value.
    static func append<T: FixedWidthInteger & BitwiseCopyable>(_ tag: GDTag, _ integer: T, to output: inout [UInt8]) {
        output.append(tag.rawValue)
        withUnsafeBytes(of: integer.bigEndian) { output.append(raw: $0) }
    }

    /// Appends a float.
    static func append(_ number: Double, to output: inout [UInt8]) {
        append(.float, number.bitPattern, to: &output)
    }

    /// Appends a string.
    static func append(_ text: String, to output: inout [UInt8]) {
        append(.string, UInt32(text.utf8.count), to: &output)
        output.append(contentsOf: text.utf8)
    }

    /// Appends bytes.
    static func append(bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        append(.bytes, UInt32(bytes.count), to: &output)
        output.append(raw: bytes)
    }

    /// Puts a length or count in its place once it is known; `position` is that of the value's tag.
    static func setLength(_ length: Int, at position: Int, in output: inout [UInt8]) {
        output.withUnsafeMutableBytes { $0.storeBigEndian(UInt32(length), at: position + 1) }
    }
}

import DirtyWire

extension [UInt8] {
    /// The bytes that pairs of hexadecimal digits stand for.
    init(hex: String) {
        let digits = Array<UInt8>(hex.utf8).filter { $0 != UInt8(ascii: " ") }
        precondition(digits.count.isMultiple(of: 2), "Hexadecimal digits come in pairs.")
        self = stride(from: 0, to: digits.count, by: 2).map { place in
            UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)!
        }
    }

    /// The bytes as text.
    var text: String { String(decoding: self, as: UTF8.self) }
}

/// The UTF-8 bytes of a text.
func utf8(_ text: String) -> [UInt8] {
    Array(text.utf8)
}

/// Runs `body` on the bytes, and hands its result or error on with its type.
func with<Value, Failure: Error>(
    _ bytes: [UInt8],
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
) throws(Failure) -> Value {
    let result = bytes.withUnsafeBytes { buffer in
        Result { () throws(Failure) in try body(buffer) }
    }
    return try result.get()
}

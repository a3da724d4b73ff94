import DirtyWire
import Testing

/// A text and what RFC 8259 says of it.
struct JSONCase: CustomTestStringConvertible, Sendable {
    var text: [UInt8]
    /// The error it gives; nil if it is valid.
    var error: JSONError?

    var testDescription: String { text.text.prefix(60).debugDescription }

    static func accept(_ text: String) -> JSONCase {
        JSONCase(text: utf8(text))
    }

    static func accept(hex: String) -> JSONCase {
        JSONCase(text: Array(hex: hex))
    }

    static func reject(_ text: String, _ reason: JSONError.Reason, at offset: Int) -> JSONCase {
        JSONCase(text: utf8(text), error: JSONError(reason, at: offset))
    }

    static func reject(hex: String, _ reason: JSONError.Reason, at offset: Int) -> JSONCase {
        JSONCase(text: Array(hex: hex), error: JSONError(reason, at: offset))
    }

    static func unexpected(
        _ text: String,
        _ byte: Unicode.Scalar,
        _ expected: JSONError.Expectation,
        at offset: Int
    ) -> JSONCase {
        reject(text, .unexpected(UInt8(ascii: byte), expected: expected), at: offset)
    }
}

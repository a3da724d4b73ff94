/// Pieces of JSON text, written byte by byte.
enum JSONText {
    /// Appends the UTF-8 bytes of a string as a JSON string, with quotes, escaping what must be.
    ///
    /// The bytes must be valid UTF-8; they are not checked.
    static func appendString(_ utf8: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var start = 0
        while start < utf8.count {
            let stop = endOfUnescaped(utf8, from: start)
            output.append(raw: UnsafeRawBufferPointer(rebasing: utf8[start..<stop]))
            guard stop < utf8.count else { break }
            appendEscape(of: utf8[stop], to: &output)
            start = stop + 1
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Appends a string as a JSON string, with quotes, escaping what must be.
    static func appendString(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { appendString(UnsafeRawBufferPointer($0), to: &output) }
    }

    /// Appends an integer in decimal.
    static func appendInteger<T: FixedWidthInteger>(_ value: T, to output: inout [UInt8]) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        let start = output.count
        var rest = value.magnitude
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            rest = quotient
        } while rest != 0
        output[start...].reverse()
    }

    /// Appends a double in the shortest form that reads back as the same; false, and nothing, if it is not finite.
    @discardableResult
    static func appendDouble(_ value: Double, to output: inout [UInt8]) -> Bool {
        guard value.isFinite else { return false }
        output.append(contentsOf: value.description.utf8)
        return true
    }

    /// Appends what the inside of a JSON string stands for, its escapes undone.
    ///
    /// `contents` lies between the quotes of a string that has passed a check, such as ``JSONCheck``.
    static func appendUnescaped(_ contents: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        var position = 0
        while position < contents.count {
            let escape = endOfUnescaped(contents, from: position)
            output.append(raw: UnsafeRawBufferPointer(rebasing: contents[position..<escape]))
            guard escape < contents.count else { break }
            let name = contents[escape + 1]
            position = escape + 2
            guard name == UInt8(ascii: "u") else {
                output.append(JSONBytes.unescaped(name) ?? name)
                continue
            }
            var scalar = hexadecimal(contents, at: position)
            position += 4
            if scalar & 0xFC00 == 0xD800 {
                let low = hexadecimal(contents, at: position + 2)
                scalar = 0x10000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF))
                position += 6
            }
            if let utf8 = UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") {
                output.append(contentsOf: utf8)
            }
        }
    }

    private static func endOfUnescaped(_ utf8: UnsafeRawBufferPointer, from start: Int) -> Int {
        var position = start
        while position < utf8.count {
            position = JSONBytes.endOfPlain(utf8, from: position)
            // Of what ends a plain run, bytes above ASCII need no escape.
            guard position < utf8.count, utf8[position] >= 0x80 else { break }
            position += 1
        }
        return position
    }

    private static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        default:
            let digits: StaticString = "0123456789abcdef"
            output.append(contentsOf: "u00".utf8)
            output.append(digits.utf8Start[Int(byte >> 4)])
            output.append(digits.utf8Start[Int(byte & 15)])
        }
    }

    private static func hexadecimal(_ contents: UnsafeRawBufferPointer, at position: Int) -> UInt32 {
        var value: UInt32 = 0
        for byte in contents[position..<position + 4] {
            value = value << 4 | UInt32(JSONBytes.hexDigit(byte) ?? 0)
        }
        return value
    }
}

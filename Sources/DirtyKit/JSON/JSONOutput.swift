/// A JSON text in the making, and the byte buffers that travel beside it.
struct JSONOutput {
    /// The UTF-8 text so far.
    var text: [UInt8] = []
    /// What `{"$attachment":i}` in the text refers to.
    var attachments: [AttachmentBytes] = []
    /// Whether bytes stand in the text, as base64: errors have no attachments.
    var inlinesBytes = false

    /// No text yet, and room for that of most values: one allocation instead of a growing series.
    static var forValue: JSONOutput {
        var output = JSONOutput()
        output.text.reserveCapacity(128)
        return output
    }

    /// Appends a literal piece of JSON.
    mutating func append(_ piece: StaticString) {
        text.append(contentsOf: UnsafeBufferPointer(start: piece.utf8Start, count: piece.utf8CodeUnitCount))
    }

    /// Appends `bytes` as an attachment, and the reference to it.
    mutating func append(attachment bytes: AttachmentBytes) {
        if inlinesBytes {
            append("{\"$base64\":\"")
            bytes.withUnsafeBytes { Base64.append($0, to: &text) }
            append("\"}")
            return
        }
        append("{\"$attachment\":")
        append(integer: attachments.count)
        text.append(UInt8(ascii: "}"))
        attachments.append(bytes)
    }

    /// Appends an integer.
    mutating func append<Integer: FixedWidthInteger>(integer: Integer) {
        // Digits come out last first.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * MemoryLayout<Integer>.size + 1) { digits in
            var at = digits.count
            var rest = integer.magnitude
            repeat {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                at -= 1
                digits[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest != 0
            if integer < 0 {
                at -= 1
                digits[at] = UInt8(ascii: "-")
            }
            text.append(contentsOf: digits[at...])
        }
    }

    /// Appends a floating-point number, shortest form that reads back the same; `1.0` stays recognisable as one.
    mutating func append<Float: BinaryFloatingPoint & CustomStringConvertible>(number: Float) throws {
        guard number.isFinite else { throw UnwritableValue.notFinite("\(number)") }
        var description = number.description
        description.withUTF8 { text.append(contentsOf: $0) }
    }

    /// Appends a string, quoted and escaped.
    mutating func append(string: String) {
        var string = string
        text.append(UInt8(ascii: "\""))
        string.withUTF8 { utf8 in
            var start = 0
            for index in utf8.indices {
                let byte = utf8[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                text.append(contentsOf: utf8[start..<index])
                appendEscape(of: byte)
                start = index + 1
            }
            text.append(contentsOf: utf8[start...])
        }
        text.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(of byte: UInt8) {
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: text.append(UInt8(ascii: "b"))
        case 0x09: text.append(UInt8(ascii: "t"))
        case 0x0A: text.append(UInt8(ascii: "n"))
        case 0x0C: text.append(UInt8(ascii: "f"))
        case 0x0D: text.append(UInt8(ascii: "r"))
        case 0x00..<0x20:
            append("u00")
            text.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            let digit = byte & 0x0F
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        default: text.append(byte)
        }
    }
}

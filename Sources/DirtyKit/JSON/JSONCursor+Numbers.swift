extension JSONCursor {
    /// How reading an integer can come out.
    enum IntegerReading<Integer> {
        case value(Integer)
        /// A whole number that the type can't hold.
        case outOfRange
        /// A number with a fraction.
        case notWhole
    }

    /// Moves past a number and returns where it stands and whether it is written as a plain integer.
    mutating func scanNumber() throws(JSONFault) -> (range: Range<Int>, isPlainInteger: Bool) {
        let start = offset
        var isPlainInteger = true
        if byte == UInt8(ascii: "-") { offset += 1 }
        if byte == UInt8(ascii: "0") {
            offset += 1
        } else {
            try skipDigits()
        }
        if byte == UInt8(ascii: ".") {
            isPlainInteger = false
            offset += 1
            try skipDigits()
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            isPlainInteger = false
            offset += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { offset += 1 }
            try skipDigits()
        }
        return (start..<offset, isPlainInteger)
    }

    /// Moves past a number.
    mutating func skipNumber() throws(JSONFault) {
        _ = try scanNumber()
    }

    /// Reads a number as an integer: exactly, or not at all.
    mutating func readInteger<Integer: FixedWidthInteger>(
        as type: Integer.Type = Integer.self
    ) throws(JSONFault) -> IntegerReading<Integer> {
        let (range, isPlainInteger) = try scanNumber()
        guard isPlainInteger else {
            guard let double = double(of: range) else { return .outOfRange }
            // 1e3 and 2.0 are whole numbers too, but beyond 2^53 a Double may already be another number than was
            // written.
            guard double.rounded() == double, double.magnitude < 0x1p53 else { return .notWhole }
            return Integer(exactly: double).map { .value($0) } ?? .outOfRange
        }
        let isNegative = text[range.lowerBound] == UInt8(ascii: "-")
        var value: Integer = 0
        for at in (isNegative ? range.lowerBound + 1 : range.lowerBound)..<range.upperBound {
            let digit = Integer(truncatingIfNeeded: text[at] &- UInt8(ascii: "0"))
            let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowedToo) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !overflowed, !overflowedToo else { return .outOfRange }
            value = sum
        }
        return .value(value)
    }

    /// Reads a number as a Double, correctly rounded; nil if it is beyond what a Double can hold.
    mutating func readDouble() throws(JSONFault) -> Double? {
        let (range, isPlainInteger) = try scanNumber()
        // Up to 15 digits are exact in a Double: nothing to round.
        if isPlainInteger, range.count <= 15 {
            let isNegative = text[range.lowerBound] == UInt8(ascii: "-")
            var value: Int64 = 0
            for at in (isNegative ? range.lowerBound + 1 : range.lowerBound)..<range.upperBound {
                value = value &* 10 &+ Int64(text[at] &- UInt8(ascii: "0"))
            }
            return isNegative ? -Double(value) : Double(value)
        }
        return double(of: range)
    }

    private func double(of range: Range<Int>) -> Double? {
        // Swift's own parser: strtod follows the locale, which plugin code may have set.
        guard let value = Double(String(decoding: text[range], as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    private mutating func skipDigits() throws(JSONFault) {
        let start = offset
        while offset < text.count, text[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
        guard offset > start else {
            throw JSONFault(offset < text.count ? .badNumber : .endOfText, at: offset)
        }
    }
}

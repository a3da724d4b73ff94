/// Where a number lies in a message.
public struct NumberSpan: Hashable, Sendable {
    /// The number's bytes.
    public var range: Range<Int>
    /// Whether it has neither fraction nor exponent.
    public var isInteger: Bool

    /// A number at `range`.
    public init(range: Range<Int>, isInteger: Bool) {
        self.range = range
        self.isInteger = isInteger
    }

    /// The number, if it is written as an integer and `type` holds it; `message` is the checked text the span is of.
    public func integer<T: FixedWidthInteger>(in message: UnsafeRawBufferPointer, as type: T.Type = T.self) -> T? {
        guard isInteger else { return nil }
        var digits = message[range]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        var value: T = 0
        for byte in digits {
            let digit = T(truncatingIfNeeded: byte &- UInt8(ascii: "0"))
            let (product, productOverflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !productOverflows, !sumOverflows else { return nil }
            value = sum
        }
        return value
    }

    /// The number, rounded to the nearest double; nil if it is beyond what a double holds.
    public func double(in message: UnsafeRawBufferPointer) -> Double? {
        let digits = UnsafeRawBufferPointer(rebasing: message[range])
        if let exact = Self.exactDouble(digits) { return exact }
        guard let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite else { return nil }
        return number
    }

    /// The number where one division gives the nearest double: a decimal whose digits, and whose power of ten, a double
    /// holds exactly.
    ///
    /// Nil if it is not so short, or has an exponent.
    private static func exactDouble(_ digits: UnsafeRawBufferPointer) -> Double? {
        guard digits.count <= 16 else { return nil }
        var mantissa: Int64 = 0
        var fractionDigits = 0
        var isNegative = false
        var isFraction = false
        for byte in digits {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
                if isFraction { fractionDigits += 1 }
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isFraction = true
            default: return nil
            }
        }
        guard mantissa < 1 << 53 else { return nil }
        let magnitude = Double(mantissa) / powersOfTen[fractionDigits]
        return isNegative ? -magnitude : magnitude
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
}

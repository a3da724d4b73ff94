import DirtyWire

/// Makes random JSON values, and random texts of the same value.
struct RandomJSON {
    var random: SeededRandom
    /// Whether integers beyond Int64 may come, which GD has not.
    var allowsUInt = true

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    mutating func value(depth: Int = 5) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return integer()
        case 3: return .double(double())
        case 4, 5: return .string(string())
        case 6, 7: return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<6, using: &random) { object[string()] = value(depth: depth - 1) }
            return .object(object)
        }
    }

    mutating func integer() -> JSONValue {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return .int(Int64.random(in: -10...10, using: &random))
        case 1: return .int([Int64.min, .max, 0, -1, 1 << 53].randomElement(using: &random)!)
        case 2 where allowsUInt: return .uint(UInt64.random(in: UInt64(Int64.max) + 1 ... .max, using: &random))
        default: return .int(Int64(truncatingIfNeeded: random.next() >> UInt64.random(in: 0..<64, using: &random)))
        }
    }

    mutating func double() -> Double {
        while true {
            let number =
                Bool.random(using: &random)
                ? Double(bitPattern: random.next())
                : Double(Int.random(in: -99999...99999, using: &random)) / 1000
            if number.isFinite { return number }
        }
    }

    mutating func string() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<20, using: &random) {
            let range: ClosedRange<UInt32> =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: 0...0x1F
                case 1: 0x80...0x7FF
                case 2: 0x800...0xD7FF
                case 3: 0xE000...0xFFFF
                case 4: 0x10000...0x10FFFF
                case 5: 0x22...0x5C
                default: 0x20...0x7E
                }
            text.append(Unicode.Scalar(UInt32.random(in: range, using: &random))!)
        }
        return String(text)
    }

    /// A text of `value` with white space and escapes where they may be.
    mutating func text(of value: JSONValue) -> String {
        let core: String
        switch value {
        case .string(let text): core = escaped(text)
        case .array(let elements): core = "[" + elements.map { text(of: $0) }.joined(separator: ",") + space() + "]"
        case .object(let members):
            let pairs = members.map { space() + escaped($0.key) + space() + ":" + text(of: $0.value) }
            core = "{" + pairs.joined(separator: ",") + space() + "}"
        case .null, .bool, .int, .uint, .double: core = value.description
        }
        return space() + core + space()
    }

    private mutating func space() -> String {
        ["", "", "", " ", "\n", "\t\r", "  "].randomElement(using: &random)!
    }

    private mutating func escaped(_ text: String) -> String {
        var output = "\""
        for unit in text.unicodeScalars {
            let mustEscape = unit.value < 0x20 || unit == "\"" || unit == "\\"
            if mustEscape || Int.random(in: 0..<4, using: &random) == 0 {
                for codeUnit in String(unit).utf16 {
                    let digits = String(codeUnit, radix: 16, uppercase: Bool.random(using: &random))
                    output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                output.unicodeScalars.append(unit)
            }
        }
        return output + "\""
    }
}

import DirtyArbiter
import Glibc

/// Reads values out of their text, in which all sources write them alike.
enum SettingText {
    /// A whole number in `range`.
    static func count(_ text: String, _ range: ClosedRange<Int>) throws(SettingProblem) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw SettingProblem(text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Seconds, whole or decimal; none, as nil, for 0 where that is allowed.
    static func optionalSeconds(_ text: String) throws(SettingProblem) -> Duration? {
        let duration = try seconds(text, orZero: true)
        return duration == .zero ? nil : duration
    }

    /// Seconds, whole or decimal.
    static func seconds(_ text: String, orZero: Bool) throws(SettingProblem) -> Duration {
        // Only digits and a point: Double would also take "inf", "nan" and hexadecimal.
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let number = Double(text), number <= 1e9, orZero || number > 0
        else {
            throw SettingProblem(text, expected: "a number of seconds \(orZero ? "from 0 up" : "above 0")")
        }
        return .seconds(number)
    }

    /// Bytes: a whole number, plain or with KiB, MiB or GiB.
    static func bytes(_ text: String, _ range: ClosedRange<Int>) throws(SettingProblem) -> Int {
        var digits = text[...]
        var shift = 0
        for (unit, bits) in [("KiB", 10), ("MiB", 20), ("GiB", 30)] where text.hasSuffix(unit) {
            digits = text.dropLast(unit.count)
            shift = bits
        }
        while digits.last == " " { digits.removeLast() }
        guard let number = Int(digits), number >= 0, number <= Int.max >> shift, range.contains(number << shift) else {
            throw SettingProblem(
                text,
                expected:
                    "a number of bytes from \(range.lowerBound) to \(range.upperBound), plain or with KiB, MiB or GiB"
            )
        }
        return number << shift
    }

    /// Permission bits, in octal.
    static func mode(_ text: String) throws(SettingProblem) -> UInt32 {
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
        guard let mode = UInt32(digits, radix: 8), mode <= 0o777 else {
            throw SettingProblem(text, expected: "permission bits in octal, such as 0660")
        }
        return mode
    }

    /// A path, or another text that mustn't be empty.
    static func text(_ text: String, _ expected: String) throws(SettingProblem) -> String {
        guard !text.isEmpty else { throw SettingProblem(text, expected: expected) }
        return text
    }

    /// A command that is a hook; an empty text is none.
    static func hook(_ text: String) throws(SettingProblem) -> ArbiterHooks.Hook {
        .command(try self.text(text, "a command line"))
    }

    /// One of several words.
    static func choice<Value>(_ text: String, _ choices: [(String, Value)]) throws(SettingProblem) -> Value {
        guard let choice = choices.first(where: { $0.0 == text }) else {
            let words = choices.map(\.0)
            throw SettingProblem(
                text,
                expected: words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
            )
        }
        return choice.1
    }

    /// A user, by number or name.
    static func user(_ text: String) throws(SettingProblem) -> UInt32 {
        if let number = UInt32(text) { return number }
        guard !text.isEmpty, let entry = getpwnam(text) else {
            throw SettingProblem(text, expected: "the number or name of a user of this machine")
        }
        return entry.pointee.pw_uid
    }
}

import DirtyKit
import DirtyKitTesting
import Testing

@Suite("Numbers and truth values through C")
struct ScalarTests {
    /// A type, and the limits of its values as JSON.
    struct Limits: Sendable, CustomStringConvertible {
        let name: String
        let least: JSON
        let greatest: JSON
        let below: String
        let above: String
        var description: String { name }

        init<Integer: FixedWidthInteger>(_ name: String, _: Integer.Type) {
            self.name = name
            least = Self.json(Integer.min)
            greatest = Self.json(Integer.max)
            below = Integer.min == 0 ? "-1" : "\(Int128(Integer.min) - 1)"
            above = "\(Int128(Integer.max) + 1)"
        }

        private static func json<Integer: FixedWidthInteger>(_ value: Integer) -> JSON {
            value.magnitude <= 1 << 53 ? .int(Int64(value)) : .string("\(value)")
        }
    }

    static let integers = [
        Limits("i8", Int8.self), Limits("i16", Int16.self), Limits("i32", Int32.self), Limits("i64", Int64.self),
        Limits("u8", UInt8.self), Limits("u16", UInt16.self), Limits("u32", UInt32.self), Limits("u64", UInt64.self),
        Limits("char", CChar.self), Limits("short", Int16.self), Limits("int", Int32.self), Limits("uint", UInt32.self),
        Limits("long", Int64.self), Limits("ulong", UInt64.self), Limits("size", UInt64.self),
        Limits("ssize", Int64.self),
    ]

    @Test("an integer passes whole up to its type's limits, and is refused beyond them", arguments: integers)
    func integer(limits: Limits) async throws {
        let host = try Shapes.host()
        let action = "same_" + limits.name
        for value in [limits.least, limits.greatest, 0, 1, 100] {
            #expect(try await host.call(action, value) == value)
        }
        for text in [limits.below, limits.above, "1.5", "\"1e3\"", "\"\"", "\"12a\"", "true", "null", "[1]"] {
            await #expect(throws: AppError.self) {
                try await host.start(action, json: "[\(text)]").result(as: JSON.self)
            }
        }
        let error = try await refusal(host, action, JSON.string(limits.above))
        #expect(error.code == "wrong_argument")
        #expect(error.message.contains("an integer from"))
    }

    @Test("integers beyond 2^53 travel as decimal strings, both ways; up to it as numbers")
    func large() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("same_i64", "9007199254740993") == "9007199254740993")
        #expect(
            try await host.start("same_i64", json: "[9007199254740993]").result(as: JSON.self) == "9007199254740993"
        )
        #expect(try await host.call("same_i64", "-9007199254740992") == -9_007_199_254_740_992)
        #expect(try await host.call("same_u64", "18446744073709551615") == "18446744073709551615")
    }

    @Test("a number keeps every bit; what JSON has no form for is a word")
    func floats() async throws {
        let host = try Shapes.host()
        for value in [0.1, -0.0, Double.leastNonzeroMagnitude, 1.7976931348623157e308, -1.5] {
            let result: Double = try await host.call("same_f64", value)
            #expect(result.bitPattern == value.bitPattern)
        }
        for word in ["NaN", "Infinity", "-Infinity"] {
            #expect(try await host.call("same_f64", word) == .string(word))
            #expect(try await host.call("same_f32", word) == .string(word))
        }
        #expect(try await host.call("same_f32", 0.1) == 0.1)
        #expect(try await refusal(host, "same_f32", 1e39).message.contains("32-bit float"))
        #expect(try await refusal(host, "same_f64", "nan").code == "wrong_argument")
    }

    @Test("a truth value is true or false, and no number")
    func booleans() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("same_bool", true) == true)
        #expect(try await host.call("same_bool", false) == false)
        #expect(try await refusal(host, "same_bool", 1).code == "wrong_argument")
    }

    @Test("sixteen parameters of many types arrive in their places")
    func sixteen() async throws {
        let host = try Shapes.host()
        let sum: Double = try await host.call("sum16", -1, 2, -3, 4, 0.5, 6.25, 7, -8, 9, 10, 11, 12, 13, 14, 15, -16)
        #expect(sum == 75.75)
    }

    @Test("a manifest narrows a number's range, and forbids single ones")
    func rules() async throws {
        let host = try Shapes.host()
        #expect(try await host.call("bounded", 1) == 1)
        #expect(
            try await refusal(host, "bounded", 0).message.hasSuffix("should be a number other than 0, got the number 0")
        )
        #expect(try await refusal(host, "bounded", 11).message.contains("an integer from -5 to 10"))
        #expect(try await refusal(host, "bounded", -6).message.contains("an integer from -5 to 10"))
    }

    @Test("values pass through ... after the fixed parameters")
    func variadics() async throws {
        #expect(try await Shapes.host().call("total", 20, 300, 4000.75) == 4320)
    }
}

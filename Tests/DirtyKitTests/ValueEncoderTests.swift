import FoundationEssentials
import Testing

@testable import DirtyKit

@Suite("Writing JSON")
struct ValueEncoderTests {
    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try RawJSON(encoding: value).text, as: UTF8.self)
    }

    @Test func scalars() throws {
        #expect(try text(0) == "0")
        #expect(try text(Int.min) == "-9223372036854775808")
        #expect(try text(UInt64.max) == "18446744073709551615")
        #expect(try text(Int8(-128)) == "-128")
        #expect(try text(1.0) == "1.0")
        #expect(try text(0.1) == "0.1")
        #expect(try text(-0.0) == "-0.0")
        #expect(try text(1e300) == "1e+300")
        #expect(try text(Double.leastNonzeroMagnitude) == "5e-324")
        #expect(try text(Float(0.1)) == "0.1")
        #expect(try text(true) == "true")
        #expect(try text("x") == "\"x\"")
        #expect(try text(Int?.none) == "null")
        #expect(try text([1, nil, 3]) == "[1,null,3]")
        #expect(try text([String: Int]()) == "{}")
        #expect(try text(["b": 1, "a": 2]) == #"{"a":2,"b":1}"#)
        #expect(try text([[Int]]()) == "[]")
    }

    @Test(arguments: [
        ("", #""""#), ("\"\\/", #""\"\\/""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
        ("\0\u{1F}\u{10}", #""\u0000\u001f\u0010""#),
        ("é😀\u{7F}", "\"é😀\u{7F}\""), ("a\nb", #""a\nb""#),
    ])
    func strings(_ string: String, _ json: String) throws { #expect(try text(string) == json) }

    @Test("every string is written so that it reads back the same")
    func everyScalar() throws {
        var all = ""
        for value in UInt32(0)..<0x11000 { if let scalar = Unicode.Scalar(value) { all.unicodeScalars.append(scalar) } }
        #expect(try RawJSON(encoding: all).decode(as: String.self) == all)
    }

    @Test("numbers without a JSON form are refused wherever they stand")
    func notFinite() {
        #expect(throws: AppError.self) { try RawJSON(encoding: Double.nan) }
        #expect(throws: AppError.self) { try RawJSON(encoding: [1.0, -.infinity]) }
        #expect(throws: AppError.self) { try RawJSON(encoding: ["a": Float.infinity]) }
    }

    @Test("a type that encodes nothing is an empty object")
    func nothing() throws {
        struct Nothing: Encodable { func encode(to encoder: any Encoder) {} }
        #expect(try text(Nothing()) == "{}")
        #expect(try text([Nothing()]) == "[{}]")
    }

    @Test("a type may ask for its container twice")
    func twice() throws {
        struct Twice: Encodable {
            enum Key: String, CodingKey { case a, b }
            func encode(to encoder: any Encoder) throws {
                var first = encoder.container(keyedBy: Key.self)
                try first.encode(1, forKey: .a)
                var second = encoder.container(keyedBy: Key.self)
                try second.encode(2, forKey: .b)
            }
        }
        #expect(try text(Twice()) == #"{"a":1,"b":2}"#)
    }

    @Test("a type that is two things at once is refused, not written")
    func twoThings() throws {
        struct Both: Encodable {
            enum Key: String, CodingKey { case a }
            func encode(to encoder: any Encoder) throws {
                var object = encoder.container(keyedBy: Key.self)
                try object.encode(1, forKey: .a)
                var array = encoder.unkeyedContainer()
                try array.encode(2)
            }
        }
        let error = try #require(throws: AppError.self) { try RawJSON(encoding: Both()) }
        #expect(error.message == "a value can't be written as JSON: it was encoded as an object and then as an array")
    }

    @Test("a member whose encoding fails, and is forgiven, leaves no trace")
    func forgiven() throws {
        struct Fails: Encodable {
            func encode(to encoder: any Encoder) throws {
                var array = encoder.unkeyedContainer()
                try array.encode(1)
                throw CancellationError()
            }
        }
        struct Forgiving: Encodable {
            enum Key: String, CodingKey { case a, b, c }
            func encode(to encoder: any Encoder) throws {
                var object = encoder.container(keyedBy: Key.self)
                try object.encode(1, forKey: .a)
                try? object.encode(Fails(), forKey: .b)
                try object.encode(3, forKey: .c)
            }
        }
        #expect(try text(Forgiving()) == #"{"a":1,"c":3}"#)
    }

    @Test("containers opened side by side may be written to in any order")
    func sideBySide() throws {
        struct Interleaved: Encodable {
            enum Key: String, CodingKey { case a, b, c }
            func encode(to encoder: any Encoder) throws {
                var object = encoder.container(keyedBy: Key.self)
                var a = object.nestedUnkeyedContainer(forKey: .a)
                var b = object.nestedContainer(keyedBy: Key.self, forKey: .b)
                try b.encode([1] as [UInt8], forKey: .a)
                try a.encode(Data([2]))
                try object.encode("last", forKey: .c)
                var inner = a.nestedUnkeyedContainer()
                try b.encode(true, forKey: .b)
                try inner.encode(9)
            }
        }
        let raw = try RawJSON(encoding: Interleaved())
        #expect(
            String(decoding: raw.text, as: UTF8.self)
                == #"{"a":[{"$attachment":1},[9]],"b":{"a":{"$attachment":0},"b":true},"c":"last"}"#
        )
        #expect(raw.attachments == [[1], [2]])
    }
}

import FoundationEssentials
import Testing

@testable import DirtyKit

@Suite("Decoding the author's own types")
struct ValueDecoderTests {
    private func decode<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try RawJSON(text).decode(as: type)
    }

    struct Order: Codable, Equatable {
        struct Item: Codable, Equatable {
            var name: String
            var price: Double?
            var count: UInt8
        }

        enum Kind: String, Codable { case new, old }

        var id: Int
        var kind: Kind
        var items: [Item]
        var notes: [String: [Int]]
        var parent: Box?
    }

    /// A type that holds itself.
    final class Box: Codable, Equatable {
        let inner: Box?

        init(_ inner: Box?) { self.inner = inner }

        static func == (left: Box, right: Box) -> Bool { left.inner == right.inner }
    }

    @Test func structuresInAnyOrderOfMembers() throws {
        let order = Order(
            id: 1,
            kind: .old,
            items: [.init(name: "a", price: nil, count: 2), .init(name: "b", price: 2.5, count: 255)],
            notes: ["x": [1, 2], "y": []],
            parent: Box(Box(nil))
        )
        let text = """
            {"parent":{"inner":{"inner":null}}, "unknown":[{}], "notes":{"y":[],"x":[1,2]}, "kind":"old",
             "items":[{"count":2,"name":"a"},{"name":"b","price":2.5,"count":255}], "id":1}
            """
        #expect(try decode(text) == order)
    }

    @Test("what was encoded is decoded to the same")
    func roundTrip() throws {
        let order = Order(id: -5, kind: .new, items: [], notes: [:], parent: nil)
        #expect(try RawJSON(encoding: order).decode(as: Order.self) == order)
    }

    @Test(arguments: [
        (#"{"kind":"new"}"#, #"the value should be an object with a member "id", got one without it"#),
        (#"{"id":1.5}"#, "the value at .id should be an integer, got the number 1.5"),
        (
            #"{"id":1,"kind":"new","items":[{"name":"a","count":256}]}"#,
            "the value at .items[0].count should be an integer from 0 to 255, got the number 256"
        ),
        (
            #"{"id":1,"kind":"new","items":[{"name":null,"count":2}]}"#,
            "the value at .items[0].name should be a string, got null"
        ),
        (
            #"{"id":1,"kind":"young"}"#,
            #"the value at .kind should be a value that Kind accepts, got the string "young" "#
                + "(Cannot initialize Kind from invalid String value young)"
        ),
        (
            #"{"id":1,"kind":"new","items":[],"notes":{"x":[1,"2"]}}"#,
            #"the value at .notes.x[1] should be an integer, got the string "2""#
        ),
        (#"[1]"#, "the value should be an object, got an array"),
    ])
    func mistakesNameTheirPlace(_ text: String, _ message: String) throws {
        let error = try #require(throws: AppError.self) { try decode(text, as: Order.self) }
        #expect(error.message == message)
    }

    @Test("the type's own catch sees DecodingErrors")
    func decodingErrors() throws {
        struct Tolerant: Decodable {
            let number: Int?

            init(from decoder: any Decoder) throws {
                do {
                    number = try decoder.singleValueContainer().decode(Int.self)
                } catch is DecodingError {
                    number = nil
                }
            }
        }
        #expect(try decode("[1,\"x\"]", as: [Tolerant].self).map(\.number) == [1, nil])
    }

    @Test("large objects are decoded in time proportional to their size, in any order")
    func largeObjects() throws {
        struct Wide: Decodable {
            var sum = 0

            struct Key: CodingKey {
                var stringValue: String
                var intValue: Int? { nil }

                init(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }

            init(from decoder: any Decoder) throws {
                let members = try decoder.container(keyedBy: Key.self)
                // Against the order they stand in.
                for key in members.allKeys.reversed() { sum += try members.decode(Int.self, forKey: key) }
            }
        }
        let text = "{" + (0..<20_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
        #expect(try decode(text, as: Wide.self).sum == 20_000)
        struct Wrapped: Decodable, Equatable { let value: Int }
        #expect(try decode("{\"a\":{\"value\":1}}", as: [String: Wrapped].self) == ["a": Wrapped(value: 1)])
    }

    @Test func nestedContainersAndSuperclasses() throws {
        class Base: Codable {
            var base: Int
            init(base: Int) { self.base = base }
        }
        final class Derived: Base {
            var own: [Int]
            private enum CodingKeys: String, CodingKey { case own, deep }
            private enum DeepKeys: String, CodingKey { case numbers }

            init(base: Int, own: [Int]) {
                self.own = own
                super.init(base: base)
            }

            required init(from decoder: any Decoder) throws {
                let members = try decoder.container(keyedBy: CodingKeys.self)
                let deep = try members.nestedContainer(keyedBy: DeepKeys.self, forKey: .deep)
                var numbers = try deep.nestedUnkeyedContainer(forKey: .numbers)
                own = []
                while !numbers.isAtEnd { own.append(try numbers.decode(Int.self)) }
                try super.init(from: members.superDecoder())
            }

            override func encode(to encoder: any Encoder) throws {
                var members = encoder.container(keyedBy: CodingKeys.self)
                var deep = members.nestedContainer(keyedBy: DeepKeys.self, forKey: .deep)
                let superEncoder = members.superEncoder()
                var numbers = deep.nestedUnkeyedContainer(forKey: .numbers)
                // In turns: each container is written to after another was opened.
                try super.encode(to: superEncoder)
                for number in own { try numbers.encode(number) }
            }
        }
        let text = try RawJSON(encoding: Derived(base: 4, own: [1, 2]))
        #expect(String(decoding: text.text, as: UTF8.self) == #"{"deep":{"numbers":[1,2]},"super":{"base":4}}"#)
        let back = try text.decode(as: Derived.self)
        #expect(back.base == 4)
        #expect(back.own == [1, 2])
    }

    @Test("an array that is read past its end says so")
    func pastTheEnd() throws {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var elements = try decoder.unkeyedContainer()
                _ = try elements.decode(Int.self)
                _ = try elements.decode(Int.self)
            }
        }
        let error = try #require(throws: AppError.self) { try decode("[1]", as: Pair.self) }
        #expect(error.message == "the value should be an array of more elements, got one of 1")
    }

    @Test("dates and other types of Foundation follow their own Codable form")
    func foundation() throws {
        let id = try #require(UUID(uuidString: "E621E1F8-C36C-495A-93FC-0C247A3E6E5F"))
        #expect(try decode("\"E621E1F8-C36C-495A-93FC-0C247A3E6E5F\"") == id)
        let date = Date(timeIntervalSinceReferenceDate: 12.5)
        #expect(try RawJSON(encoding: [date]).text == Array("[12.5]".utf8))
        #expect(try decode("12.5") == date)
    }
}

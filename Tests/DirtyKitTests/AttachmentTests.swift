import DirtyKit
import DirtyKitTesting
import FoundationEssentials
import Testing

@Suite("Attachments")
struct AttachmentTests {
    let host = try! TestHost(KitchenSink.self)

    @Test("bytes go in and out as attachments", arguments: ["bytes", "data"])
    func roundTrip(_ action: String) async throws {
        let reversed: [UInt8] = try await host.call(action, [1, 2, 3] as [UInt8])
        #expect(reversed == [3, 2, 1])
        let data: Data = try await host.call(action, Data([4, 5]))
        #expect(data == Data([5, 4]))
    }

    @Test("bytes may come as base64 or as numbers", arguments: ["bytes", "data"])
    func otherForms(_ action: String) async throws {
        let one: [UInt8] = try await host.start(action, json: #"[{"$base64":"AQID"}]"#).result()
        #expect(one == [3, 2, 1])
        let two: [UInt8] = try await host.start(action, json: "[[1, 2, 255]]").result()
        #expect(two == [255, 2, 1])
        let none: [UInt8] = try await host.start(action, json: #"[{ "$base64" : "" }]"#).result()
        #expect(none == [])
    }

    @Test("empty attachments and large ones", arguments: [0, 1, 14, 15, 100_000])
    func sizes(_ count: Int) async throws {
        let bytes = [UInt8](repeating: 7, count: count)
        #expect(try await host.call("bytes", bytes) == bytes)
        #expect(try await host.call("data", Data(bytes)) == Data(bytes))
        #expect(try await host.call("borrow", bytes) == 7 * count)
        #expect(try await host.call("borrow_async", bytes) == 7 * count)
    }

    @Test("borrowed bytes may also come as base64 or as numbers")
    func borrowedForms() async throws {
        #expect(try await host.start("borrow", json: #"[{"$base64":"AQID"}]"#).result() == 6)
        #expect(try await host.start("borrow", json: "[[4, 5]]").result() == 9)
        #expect(try await host.start("borrow", json: #"[{"$attachment":0}]"#, attachments: [[8]]).result() == 8)
    }

    @Test("attachments in both positional and keyword arguments keep their numbers")
    func severalArguments() async throws {
        let host = try TestHost(Joiner.self)
        let joined: [UInt8] = try await host.call(
            "join",
            [1] as [UInt8],
            keywords: ["second": [2] as [UInt8], "third": [3] as [UInt8]]
        )
        #expect(joined == [1, 2, 3])
    }

    @Test("several attachments in one result, more than are lent in place")
    func manyResults() async throws {
        let host = try TestHost(Joiner.self)
        let parts: [[UInt8]] = try await host.call("split", Array(UInt8(0)...200))
        #expect(parts.count == 201)
        for (index, part) in parts.enumerated() { #expect(part == [UInt8(index)]) }
    }

    @Test("bytes inside the author's own types are attachments too, both ways")
    func nested() async throws {
        let host = try TestHost(Joiner.self)
        let picture = Joiner.Picture(name: "p", pixels: [1, 2], preview: Data([3]))
        let back: Joiner.Picture = try await host.call("turn", picture)
        #expect(back == Joiner.Picture(name: "p", pixels: [2, 1], preview: Data([3])))
        let text = try await host.start("turn", json: #"[{"name":"q","pixels":{"$base64":"AQI="},"preview":[9]}]"#)
            .result(as: Joiner.Picture.self)
        #expect(text == Joiner.Picture(name: "q", pixels: [2, 1], preview: Data([9])))
    }

    @Test("JSON and RawJSON carry bytes anywhere inside", arguments: ["any", "raw"])
    func inAnyJSON(_ action: String) async throws {
        let value: JSON = ["a": [.bytes([1]), 2], "b": ["c": .bytes([3, 4])]]
        #expect(try await host.call(action, value) == value)
    }

    @Test("only attachments that a raw value speaks of come along, numbered anew")
    func renumbering() async throws {
        let host = try TestHost(Joiner.self)
        let call = host.start(
            "wrap",
            json: #"[{"x":{"$attachment":2}},[{"$attachment":0},{"$attachment":9}]]"#,
            attachments: [[10], [11], [12]]
        )
        let wrapped = try await call.result(as: RawJSON.self)
        #expect(
            String(decoding: wrapped.text, as: UTF8.self)
                == #"{"first":{"x":{"$attachment":0}},"second":[{"$attachment":1},{"$attachment":9}]}"#
        )
        #expect(wrapped.attachments == [[12], [10]])
    }
}

/// An app of actions on bytes.
private final class Joiner: DirtyApp {
    struct Picture: Codable, Equatable {
        var name: String
        var pixels: [UInt8]
        var preview: Data
    }

    init(context: AppContext) {}

    static var actions: Actions<Joiner> {
        Action(
            "join",
            Parameter("first", [UInt8].self),
            Parameter("second", Data.self),
            Parameter("third", BorrowedBytes.self)
        ) { _, first, second, third in first + second + third.copy() }
        Action("split", Parameter("bytes", [UInt8].self)) { _, bytes in bytes.map { [$0] } }
        Action("turn", Parameter("picture", Picture.self)) { _, picture in
            var picture = picture
            picture.pixels.reverse()
            return picture
        }
        Action("wrap", Parameter("first", RawJSON.self), Parameter("second", RawJSON.self)) { _, first, second in
            ["second": second, "first": first]
        }
    }
}

import DirtyKit
import DirtyKitTesting
import FoundationEssentials
import Testing

@Suite("Parameters")
struct ParameterTests {
    let host = try! TestHost(KitchenSink.self)

    @Test func areTakenByPositionByNameAndBoth() async throws {
        #expect(try await host.call("add", 1, 2) == 3)
        #expect(try await host.call("add", keywords: ["b": 2, "a": 1]) == 3)
        #expect(try await host.call("add", 1, keywords: ["b": 2]) == 3)
    }

    @Test func mayBeMany() async throws {
        #expect(try await host.call("many", 7, 8, 9, 10, 11, 12) == [7, 8, 9, 10, 11, 12])
        #expect(try await host.call("many", 7, keywords: ["e": 11, "c": 9]) == [7, 2, 9, 4, 11, 6])
        let error = await #expect(throws: AppError.self) {
            let _: [Int] = try await host.call("many", 1, 2, 3, 4, 5, 6, 7)
        }
        #expect(error?.details["got"] == 7)
    }

    @Test func withDefaultsMayBeLeftOut() async throws {
        #expect(try await host.call("add", 1) == 11)
        #expect(try await host.call("add", keywords: ["a": 5]) == 15)
    }

    @Test func thatAreOptionalMayBeLeftOutOrNull() async throws {
        #expect(try await host.call("optional") == "none")
        #expect(try await host.call("optional", JSON.null) == "none")
        #expect(try await host.call("optional", 4) == "4")
        #expect(try await host.call("optional", keywords: ["value": JSON.null]) == "none")
    }

    @Test func ofCommonTypesAreRead() async throws {
        #expect(try await host.call("list", [1, 2, 3]) == 6)
        #expect(try await host.call("table", ["a": 1.5, "b": 2.5]) == 4.0)
        #expect(try await host.call("flag", true) == false)
        #expect(try await host.call("number", 3) == 3.0)
        #expect(try await host.call("text", "a\"\\\n\u{1F600}é") == "a\"\\\n\u{1F600}é")
        #expect(try await host.call("url", "https://example.org/x") == "example.org")
        #expect(try await host.call("url_back", "https://example.org/x") == JSON.string("https://example.org/x"))
    }

    @Test func ofTheAuthorsOwnTypesAreRead() async throws {
        let point = KitchenSink.Point(x: 1, y: 2, label: "p")
        let swapped: KitchenSink.Point = try await host.call("point", point)
        #expect(swapped == KitchenSink.Point(x: 2, y: 1, label: "p"))
        #expect(try await host.call("points", [point, point]) == 2)
        #expect(try await host.call("colour", "green") == "green")
        #expect(try await host.call("even", 4) == 4)
    }

    @Test("a keyword written with escapes is the same keyword")
    func escapedKeyword() async throws {
        #expect(try await host.start("add", json: "[1]", kwargs: #"{"\u0062":4}"#).result() == 5)
    }

    @Test("white space may stand anywhere between the arguments")
    func whiteSpace() async throws {
        #expect(try await host.start("add", json: " [ 1 ]\n", kwargs: "\t{ \"b\" : 4 } ").result() == 5)
    }

    @Test("a default is made anew for every call that leaves the argument out")
    func freshDefaults() async throws {
        let host = try TestHost(Appender.self)
        #expect(try await host.call("append") == 1)
        #expect(try await host.call("append") == 1)
    }

    @Test("whole numbers written as fractions or with exponents are whole numbers")
    func wholeFractions() async throws {
        #expect(try await host.start("add", json: "[2.0, 1e3]").result() == 1002)
    }
}

/// An app whose parameter has a default that is changed by the call.
private final class Appender: DirtyApp {
    /// A list that is shared by whoever holds it.
    final class List: Decodable {
        var numbers: [Int] = []
    }

    init(context: AppContext) {}

    static var actions: Actions<Appender> {
        Action("append", Parameter("list", default: List())) { _, list in
            list.numbers.append(1)
            return list.numbers.count
        }
    }
}

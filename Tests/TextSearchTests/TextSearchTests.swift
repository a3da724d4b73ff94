import DirtyKit
import DirtyKitTesting
import Testing

@testable import TextSearch

@Suite("TextSearch")
struct TextSearchTests {
    let folder = Folder()
    let texts = Folder()

    /// An app on this test's database.
    private func open(roots: [String]? = nil, more: [String: JSON] = [:]) throws -> TestHost {
        var configuration: [String: JSON] = ["database": .string(folder.path("index.sqlite"))]
        configuration["roots"] =
            (roots ?? [texts.path]).isEmpty ? nil : .array((roots ?? [texts.path]).map { .string($0) })
        return try TestHost(TextSearch.self, configuration: .object(configuration.merging(more) { $1 }))
    }

    private func paths(_ answer: JSON) -> [String] {
        (answer["results"]?.array ?? []).map { ($0["path"]?.string ?? "?").replacing(texts.path + "/", with: "") }
    }

    private func counts(_ answer: JSON) -> [Int?] {
        ["indexed", "unchanged", "removed", "skipped_count", "documents"].map { answer[$0]?.int }
    }

    @Test("the best match comes first, with its words marked in the snippet")
    func ranking() async throws {
        texts.write("a.txt", "Foxes are quick. " + String(repeating: "Nothing to see here. ", count: 50))
        texts.write("b.md", "fox fox fox, the fox!")
        texts.write("c.txt", "A dog.")
        let host = try open()
        try await host.call("index")
        let answer = try await host.call("search", "fox")
        #expect(answer["total"] == 2)
        #expect(paths(answer) == ["b.md", "a.txt"])
        #expect(answer["results"]?[0]?["snippet"] == "[fox] [fox] [fox], the [fox]!")
        let scores = try #require(answer["results"]?.array).compactMap { $0["score"]?.double }
        #expect(scores.count == 2)
        #expect(scores[0] > scores[1])
    }

    @Test("only what changed is read again, and what is gone is forgotten")
    func incremental() async throws {
        texts.write("a.txt", "one")
        texts.write("deep/er/b.txt", "two")
        texts.write(".hidden/c.txt", "three")
        let host = try open()
        #expect(counts(try await host.call("index")) == [2, 0, 0, 0, 2])
        #expect(counts(try await host.call("index")) == [0, 2, 0, 0, 2])
        texts.write("a.txt", "one changed")
        #expect(counts(try await host.call("index")) == [1, 1, 0, 0, 2])
        #expect(paths(try await host.call("search", "changed")) == ["a.txt"])
        texts.delete("deep/er/b.txt")
        #expect(counts(try await host.call("index")) == [0, 1, 1, 0, 1])
        #expect(try await host.call("search", "two")["total"] == 0)
    }

    @Test("files that can't be taken in are named with the reason, and forgotten if they once could")
    func skipping() async throws {
        texts.write("a.txt", "good")
        let host = try open(more: ["max_file_bytes": 100])
        try await host.call("index")
        texts.write("a.txt", [0x67, 0xFF, 0xFE])
        texts.write("big.txt", String(repeating: "x", count: 101))
        texts.write("zero.txt", "a\0b")
        let answer = try await host.call("index")
        #expect(counts(answer) == [0, 0, 1, 3, 0])
        let reasons = Dictionary(
            uniqueKeysWithValues: (answer["skipped"]?.array ?? []).map {
                ($0["path"]?.string ?? "", $0["reason"]?.string)
            }
        )
        #expect(reasons[texts.path("a.txt")] == "not UTF-8 text")
        #expect(reasons[texts.path("zero.txt")] == "not UTF-8 text")
        #expect(reasons[texts.path("big.txt")] == "larger than 100 bytes")
    }

    @Test("extensions say which files are taken in; others that are indexed stay")
    func extensions() async throws {
        texts.write("a.txt", "one")
        texts.write("b.XYZ", "two")
        texts.write("noext", "three")
        let host = try open()
        #expect(counts(try await host.call("index", keywords: ["extensions": ["xyz"]])) == [1, 0, 0, 0, 1])
        #expect(counts(try await host.call("index")) == [1, 0, 0, 0, 2])
        #expect(try await host.call("search", "two")["total"] == 1)
    }

    @Test("the index outlives the app, and several apps share it")
    func sharing() async throws {
        texts.write("a.txt", "lasting")
        let first = try open()
        try await first.call("index")
        let second = try open()
        #expect(try await second.call("search", "lasting")["total"] == 1)
        texts.write("b.txt", "lasting too")
        try await second.call("index")
        #expect(try await first.call("search", "lasting")["total"] == 2)
        first.close()
        second.close()
        #expect(try await open().call("count") == ["documents": 2, "bytes": 18])
    }

    @Test("apps that index at the same time wait for each other")
    func atOnce() async throws {
        for number in 0..<50 { texts.write("\(number).txt", "word \(number)") }
        let hosts = try (0..<3).map { _ in try open() }
        try await withThrowingTaskGroup { group in
            for host in hosts { group.addTask { try await host.call("index") } }
            try await group.waitForAll()
        }
        #expect(try await hosts[0].call("count")["documents"] == 50)
        #expect(try await hosts[0].call("search", "word")["total"] == 50)
    }

    @Test(
        "no plain text is a syntax error",
        arguments: [
            "foo AND", "\"", "a\"b", "(", "NEAR(", "*", "fox*", "path:fox", "-fox", "fox OR", "^fox", "{a b}:c",
            "fox'; DROP TABLE texts",
            "é ü", "日本語", String(repeating: "fox ", count: 1000),
        ]
    )
    func nastyQueries(_ query: String) async throws {
        texts.write("a.txt", "The quick brown fox")
        let host = try open()
        try await host.call("index")
        for match in ["all", "any", "phrase"] {
            do {
                try await host.call("search", query, keywords: ["match": match])
            } catch let error as AppError {
                #expect(error.code == "empty_query", "\(error.message)")
            }
        }
        #expect(try await host.call("count")["documents"] == 1)
    }

    @Test("all, any, phrase and raw find what they say")
    func matching() async throws {
        texts.write("a.txt", "red green blue")
        texts.write("b.txt", "green red")
        texts.write("c.txt", "blue")
        let host = try open()
        try await host.call("index")
        func found(_ query: String, _ match: String) async throws -> [String] {
            paths(try await host.call("search", query, keywords: ["match": match])).sorted()
        }
        #expect(try await found("red green", "all") == ["a.txt", "b.txt"])
        #expect(try await found("red blue", "any") == ["a.txt", "b.txt", "c.txt"])
        #expect(try await found("red green", "phrase") == ["a.txt"])
        #expect(try await found("green NOT blue", "raw") == ["b.txt"])
    }

    @Test(
        "a query that can't be answered says why",
        arguments: [
            (["()"], "empty_query", "the query \"()\" has no word to search for"),
            (["fox AND (", 10, 0, "raw"], "bad_query", "is not FTS5 syntax"),
            (["fox", 0], nil, "limit must be from 1 to 100, got 0"),
            (["fox", 101], nil, "limit must be from 1 to 100, got 101"),
            (["fox", 5, -1], nil, "offset must not be negative, got -1"),
        ] as [([JSON], String?, String)]
    )
    func badQueries(_ arguments: [JSON], _ code: String?, _ message: String) async throws {
        let host = try open()
        let text = String(decoding: try RawJSON(encoding: arguments).text, as: UTF8.self)
        let error = try await #require(throws: AppError.self) {
            try await host.start("search", json: text).result(as: JSON.self)
        }
        #expect(error.status == .invalid)
        #expect(error.code == code)
        #expect(error.message.contains(message))
    }

    @Test("limit and offset go through the results")
    func paging() async throws {
        for number in 0..<7 { texts.write("\(number).txt", String(repeating: "fox ", count: number + 1)) }
        let host = try open()
        try await host.call("index")
        var seen: [String] = []
        for offset in stride(from: 0, to: 8, by: 2) {
            let answer = try await host.call("search", "fox", 2, offset)
            #expect(answer["total"] == 7)
            seen += paths(answer)
        }
        #expect(Set(seen).count == 7)
        #expect(seen.count == 7)
    }

    @Test("removing takes a document or a folder, and nothing that only begins alike")
    func removing() async throws {
        for name in ["a/1.txt", "a/2.txt", "ab/3.txt", "a_/4.txt", "a%/5.txt"] { texts.write(name, "x") }
        let host = try open()
        try await host.call("index")
        #expect(try await host.call("remove", texts.path("a/1.txt")) == ["removed": 1])
        #expect(try await host.call("remove", texts.path("a_")) == ["removed": 1])
        #expect(try await host.call("remove", texts.path("a/")) == ["removed": 1])
        #expect(try await host.call("remove", texts.path("none")) == ["removed": 0])
        #expect(paths(try await host.call("search", "x")).sorted() == ["a%/5.txt", "ab/3.txt"])
    }

    @Test("paths must exist, and lie inside the roots")
    func roots() async throws {
        texts.write("in/a.txt", "x")
        texts.write("out/b.txt", "x")
        let host = try open(roots: [texts.path("in")])
        for path in [texts.path("out"), texts.path, texts.path("in/../out"), "/etc/passwd"] {
            let error = try await #require(throws: AppError.self) { try await host.call("index", [path]) }
            #expect(error.code == "outside_roots")
        }
        let missing = try await #require(throws: AppError.self) { try await host.call("index", ["/none/at/all"]) }
        #expect(missing.status == .notFound)
        #expect(missing.message == "the path /none/at/all can't be indexed: No such file or directory")
        #expect(counts(try await host.call("index", [texts.path("in/a.txt")])) == [1, 0, 0, 0, 1])

        let free = try open(roots: [])
        let nowhere = try await #require(throws: AppError.self) { try await free.call("index") }
        #expect(nowhere.message == "index needs paths: the app's config names no roots")
        #expect(counts(try await free.call("index", [texts.path("out")])) == [1, 0, 0, 0, 2])
    }

    @Test("a cancelled run leaves a sound index, and the next one goes on")
    func cancelling() async throws {
        for number in 0..<300 { texts.write("\(number).txt", "word \(number)") }
        let host = try open()
        let call = try host.start("index")
        call.cancel()
        _ = try? await call.result(as: JSON.self)
        try await host.call("index")
        #expect(try await host.call("search", "word")["total"] == 300)
    }

    @Test("a database that can't be had keeps the app from starting, and is named")
    func noDatabase() throws {
        let notADatabase = folder.write("other", String(repeating: "not a database ", count: 100))
        for path in ["/none/index.sqlite", notADatabase] {
            let error = try #require(throws: AppError.self) {
                try TestHost(TextSearch.self, configuration: ["database": .string(path)])
            }
            #expect(error.message.hasPrefix("the index \(path) can't be opened: "))
        }
        let error = try #require(throws: AppError.self) { try TestHost(TextSearch.self) }
        #expect(
            error.message
                == "the config of app \"TextSearch\" should be an object with a member \"database\", got one without it"
        )
    }
}

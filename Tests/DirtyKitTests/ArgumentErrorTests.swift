import DirtyKit
import DirtyKitTesting
import Testing

@Suite("Wrong arguments")
struct ArgumentErrorTests {
    /// A call and what it is told.
    struct Case: CustomTestStringConvertible, Sendable {
        let action: String
        let args: String
        let kwargs: String
        let code: String
        let message: String

        init(_ action: String, _ args: String, kwargs: String = "{}", code: String, _ message: String) {
            self.action = action
            self.args = args
            self.kwargs = kwargs
            self.code = code
            self.message = message
        }

        var testDescription: String { "\(action)\(args)\(kwargs)" }
    }

    static let cases = [
        Case(
            "add",
            "[]",
            code: "missing_argument",
            #"add: parameter "a" (integer) is missing; it takes (a: integer, b: integer = 10)"#
        ),
        Case(
            "add",
            "[1,2,3]",
            code: "too_many_arguments",
            "add takes at most 2 arguments, got 3; it takes (a: integer, b: integer = 10)"
        ),
        Case(
            "optional",
            "[1,2]",
            code: "too_many_arguments",
            "optional takes at most 1 argument, got 2; it takes (value: integer or null)"
        ),
        Case(
            "nothing",
            "[1]",
            code: "too_many_arguments",
            "nothing takes no arguments, got 1; call it without any"
        ),
        Case(
            "nothing",
            "[]",
            kwargs: #"{"x":1}"#,
            code: "unknown_argument",
            #"nothing has no parameter "x"; call it without any"#
        ),
        Case(
            "add",
            "[1]",
            kwargs: #"{"c":1}"#,
            code: "unknown_argument",
            #"add has no parameter "c"; it takes (a: integer, b: integer = 10)"#
        ),
        Case(
            "add",
            "[1]",
            kwargs: #"{"a":1}"#,
            code: "duplicate_argument",
            #"add: parameter "a" was given twice; it takes (a: integer, b: integer = 10)"#
        ),
        Case(
            "add",
            "[]",
            kwargs: #"{"a":1,"a":2}"#,
            code: "duplicate_argument",
            #"add: parameter "a" was given twice; it takes (a: integer, b: integer = 10)"#
        ),
        Case(
            "add",
            #"["x"]"#,
            code: "wrong_argument",
            #"add: parameter "a" should be an integer, got the string "x""#
        ),
        Case(
            "add",
            "[null]",
            code: "wrong_argument",
            #"add: parameter "a" should be an integer, got null"#
        ),
        Case(
            "add",
            "[1,null]",
            code: "wrong_argument",
            #"add: parameter "b" should be an integer, got null"#
        ),
        Case(
            "add",
            "[[]]",
            code: "wrong_argument",
            #"add: parameter "a" should be an integer, got an array"#
        ),
        Case(
            "add",
            "[{}]",
            code: "wrong_argument",
            #"add: parameter "a" should be an integer, got an object"#
        ),
        Case(
            "add",
            "[true]",
            code: "wrong_argument",
            #"add: parameter "a" should be an integer, got true"#
        ),
        Case(
            "add",
            "[1.5]",
            code: "wrong_argument",
            #"add: parameter "a" should be an integer, got the number 1.5"#
        ),
        Case(
            "small",
            "[128]",
            code: "wrong_argument",
            #"small: parameter "value" should be an integer from -128 to 127, got the number 128"#
        ),
        Case(
            "small",
            "[-129]",
            code: "wrong_argument",
            #"small: parameter "value" should be an integer from -128 to 127, got the number -129"#
        ),
        Case(
            "small",
            "[1e3]",
            code: "wrong_argument",
            #"small: parameter "value" should be an integer from -128 to 127, got the number 1e3"#
        ),
        Case(
            "unsigned",
            "[-1]",
            code: "wrong_argument",
            #"unsigned: parameter "value" should be an integer from 0 to 18446744073709551615, got the "#
                + #"number -1"#
        ),
        Case(
            "add",
            "[9223372036854775808]",
            code: "wrong_argument",
            #"add: parameter "a" should be an integer from -9223372036854775808 to 9223372036854775807, "#
                + #"got the number 9223372036854775808"#
        ),
        Case(
            "add",
            "[9007199254740993.0]",
            code: "wrong_argument",
            #"add: parameter "a" should be an integer, got the number 9007199254740993.0"#
        ),
        Case(
            "number",
            "[1e999]",
            code: "wrong_argument",
            #"number: parameter "value" should be a number that a 64-bit float can hold, got the number 1e999"#
        ),
        Case(
            "flag",
            "[0]",
            code: "wrong_argument",
            #"flag: parameter "value" should be true or false, got the number 0"#
        ),
        Case(
            "text",
            "[1]",
            code: "wrong_argument",
            #"text: parameter "value" should be a string, got the number 1"#
        ),
        Case(
            "list",
            #"[[1,"b"]]"#,
            code: "wrong_argument",
            #"list: parameter "numbers" at [1] should be an integer, got the string "b""#
        ),
        Case(
            "list",
            #"[{}]"#,
            code: "wrong_argument",
            #"list: parameter "numbers" should be an array, got an object"#
        ),
        Case(
            "table",
            #"[{"a":"x"}]"#,
            code: "wrong_argument",
            #"table: parameter "members" at .a should be a number, got the string "x""#
        ),
        Case(
            "point",
            #"[{"x":1}]"#,
            code: "wrong_argument",
            #"point: parameter "point" should be an object with a member "y", got one without it"#
        ),
        Case(
            "point",
            #"[{"x":1,"y":"2"}]"#,
            code: "wrong_argument",
            #"point: parameter "point" at .y should be an integer, got the string "2""#
        ),
        Case(
            "point",
            "[[1,2]]",
            code: "wrong_argument",
            #"point: parameter "point" should be an object, got an array"#
        ),
        Case(
            "points",
            #"[[{"x":1,"y":2},{"x":1,"y":2.5}]]"#,
            code: "wrong_argument",
            #"points: parameter "points" at [1].y should be an integer, got the number 2.5"#
        ),
        Case(
            "even",
            "[3]",
            code: "wrong_argument",
            #"even: parameter "value" should be a value that Even accepts, got the number 3 (only even "#
                + #"numbers will do)"#
        ),
        Case(
            "colour",
            #"["blue"]"#,
            code: "wrong_argument",
            #"colour: parameter "colour" should be one of red, green, got the string "blue""#
        ),
        Case(
            "url",
            #"[""]"#,
            code: "wrong_argument",
            #"url: parameter "value" should be a URL, got the string """#
        ),
        Case(
            "bytes",
            #"["abc"]"#,
            code: "wrong_argument",
            #"bytes: parameter "value" should be bytes, got the string "abc" (an attachment "#
                + #"{"$attachment":0}, {"$base64":"…"}, or an array of numbers from 0 to 255)"#
        ),
        Case(
            "bytes",
            #"[[256]]"#,
            code: "wrong_argument",
            #"bytes: parameter "value" at [0] should be an integer from 0 to 255, got the number 256"#
        ),
        Case(
            "bytes",
            #"[{"$attachment":0}]"#,
            code: "wrong_argument",
            #"bytes: parameter "value" should be an attachment of this call, got {"$attachment":0} (the "#
                + #"call has none)"#
        ),
        Case(
            "bytes",
            #"[{"$base64":"ab"}]"#,
            code: "wrong_argument",
            #"bytes: parameter "value" should be base64 (RFC 4648, padded), got the string "ab""#
        ),
    ]

    @Test(arguments: cases)
    func areNamedWithWhatWasExpectedAndWhatCame(_ wrong: Case) async throws {
        let host = try TestHost(KitchenSink.self)
        let call = host.start(wrong.action, json: wrong.args, kwargs: wrong.kwargs)
        let error = try await #require(throws: AppError.self) { try await call.result(as: JSON.self) }
        #expect(error.message == wrong.message)
        #expect(error.code == wrong.code)
        #expect(error.status == .invalid)
    }

    @Test("long values are cut, between characters")
    func excerpts() async throws {
        let host = try TestHost(KitchenSink.self)
        let long = String(repeating: "é", count: 100)
        let error = try await #require(throws: AppError.self) { try await host.call("add", long) }
        #expect(error.message.hasSuffix("got the string \"" + String(repeating: "é", count: 20) + "…\""))
    }

    @Test("details name the parameter, what was expected and what came")
    func details() async throws {
        let host = try TestHost(KitchenSink.self)
        let error = try await #require(throws: AppError.self) { try await host.call("add", "x") }
        #expect(error.details["parameter"] == "a")
        #expect(error.details["expected"] == "an integer")
        #expect(error.details["got"] == "the string \"x\"")
    }

    @Test("an unknown action is told the known ones")
    func unknownAction() async throws {
        let host = try TestHost(Small.self)
        let error = try await #require(throws: AppError.self) { try await host.call("three") }
        #expect(error.status == .unsupported)
        #expect(error.code == "unknown_action")
        #expect(error.message == "there is no action \"three\"; Small has: one, two")
        #expect(error.details["actions"] == ["one", "two"])
    }

    @Test(
        "text that is not JSON is refused with the place",
        arguments: [
            ("[1", "the text ends too early at byte 2"), ("[1]x", "more text after the value at byte 3"),
            ("{}", "an unexpected byte at byte 0"), ("[01]", "an unexpected byte at byte 2"),
            ("", "the text ends too early at byte 0"),
        ]
    )
    func notJSON(_ args: String, _ place: String) async throws {
        let host = try TestHost(KitchenSink.self)
        let error = try await #require(throws: AppError.self) {
            try await host.start("add", json: args).result(as: JSON.self)
        }
        #expect(error.status == .invalid)
        #expect(error.message == "the arguments of add are not valid JSON: \(place)")
    }
}

/// An app of two actions.
private final class Small: DirtyApp {
    init(context: AppContext) {}

    static var actions: Actions<Small> {
        Action("one") { _ in 1 }
        Action("two") { _ in 2 }
    }
}

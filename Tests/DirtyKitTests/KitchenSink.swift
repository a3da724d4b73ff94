import DirtyKit
import FoundationEssentials
import Synchronization

/// An app with an action for every form a parameter, a result or a body can take.
final class KitchenSink: ConcurrentDirtyApp {
    static let version = "1.2.3"
    static let about = "For the tests."

    /// A parameter type of the author's own.
    struct Point: Codable, Equatable {
        var x: Int
        var y: Int
        var label: String?
    }

    /// One that refuses some values itself.
    struct Even: Codable {
        let number: Int

        init(from decoder: any Decoder) throws {
            number = try decoder.singleValueContainer().decode(Int.self)
            guard number.isMultiple(of: 2) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "only even numbers will do")
                )
            }
        }
    }

    enum Colour: String, Codable, CaseIterable { case red, green }

    /// An error with its own way to be told.
    struct Jammed: AppErrorConvertible {
        var appError: AppError { AppError(.busy, code: "jammed", "the door is jammed", details: ["door": 3]) }
    }

    /// An ordinary error.
    struct Broken: Error, CustomStringConvertible {
        var description: String { "it broke" }
    }

    let closed = Mutex(false)
    let borrowed = Mutex<[Int]>([])

    init(context: AppContext) {}

    static var actions: Actions<KitchenSink> {
        Action("add", Parameter("a", Int.self), Parameter("b", default: 10)) { $1 + $2 }
        Action(
            "many",
            Parameter("a", Int.self),
            Parameter("b", default: 2),
            Parameter("c", Int.self),
            Parameter("d", default: 4),
            Parameter("e", Int.self),
            Parameter("f", default: 6)
        ) { [$1, $2, $3, $4, $5, $6] }
        Action("nothing") { _ in }
        Action("nothing_async") { _ in await Task.yield() }
        Action("optional", Parameter("value", Int?.self)) { $1.map { "\($0)" } ?? "none" }
        Action("list", Parameter("numbers", [Int].self)) { $1.reduce(0, +) }
        Action("table", Parameter("members", [String: Double].self)) { $1.values.reduce(0, +) }
        Action("point", Parameter("point", Point.self)) { _, point in Point(x: point.y, y: point.x, label: point.label)
        }
        Action("points", Parameter("points", [Point].self)) { $1.count }
        Action("even", Parameter("value", Even.self)) { $1.number }
        Action("colour", Parameter("colour", Colour.self)) { $1 }
        Action("small", Parameter("value", Int8.self)) { $1 }
        Action("unsigned", Parameter("value", UInt.self)) { $1 }
        Action("number", Parameter("value", Double.self)) { $1 }
        Action("flag", Parameter("value", Bool.self)) { !$1 }
        Action("text", Parameter("value", String.self)) { $1 }
        Action("url", Parameter("value", URL.self)) { $1.host() ?? "" }
        Action("url_back", Parameter("value", URL.self)) { $1 }
        Action("any", Parameter("value", JSON.self)) { $1 }
        Action("raw", Parameter("value", RawJSON.self)) { $1 }
        Action("bytes", Parameter("value", [UInt8].self)) { Array($1.reversed()) }
        Action("data", Parameter("value", Data.self)) { Data($1.reversed()) }
        Action("borrow", Parameter("value", BorrowedBytes.self)) {
            $1.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } }
        }
        Action("borrow_async", Parameter("value", BorrowedBytes.self)) { _, value in
            await Task.yield()
            return value.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } }
        }
        Action("infinite") { _ in Double.infinity }
        Action("details") { _ -> Int in throw AppError(.internal, "odd", details: ["number": .double(.nan)]) }
        Action("throw") { _ -> Int in throw Broken() }
        Action("throw_app") { _ -> Int in
            throw AppError(
                .notFound,
                code: "no_such",
                "there is no seven",
                details: ["id": 7, "bytes": .bytes([1, 2, 3, 4])]
            )
        }
        Action("throw_convertible") { _ in throw Jammed() }
        Action("throw_async") { _ -> Int in
            await Task.yield()
            throw Broken()
        }
    }
}

import DirtyClient
import Foundation
import TestSupport
import Testing

/// One case of Tests/Conformance.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let file: String
    let name: String
    let needs: Set<String>
    let steps: [JSONValue]

    var testDescription: String { "\(file): \(name)" }

    /// What the Swift clients don't have: a whole number beyond 64 bits is no type of Swift's.
    static let missing: Set = ["big_integers"]

    /// All cases that the Swift clients have what it takes for, in order.
    static func all() throws -> [ConformanceCase] {
        let folder = Products.repository + "/Tests/Conformance"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try files.filter { $0.hasPrefix("calls-") && $0.hasSuffix(".json") }.sorted().flatMap { file in
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            return (try JSONValue(parsing: text)["cases"]?.arrayValue ?? []).map { value in
                ConformanceCase(
                    file: file,
                    name: value["name"]?.stringValue ?? "?",
                    needs: Set((value["needs"]?.arrayValue ?? []).compactMap(\.stringValue)),
                    steps: value["steps"]?.arrayValue ?? []
                )
            }
        }.filter { $0.needs.isDisjoint(with: missing) }
    }
}

import Foundation
import TestSupport
import Testing

@testable import DirtyCommand

@Suite("docs/configuration.md")
struct DocumentTests {
    private func document() throws -> String {
        try String(contentsOfFile: Products.repository + "/docs/configuration.md", encoding: .utf8)
    }

    @Test("tells of every setting in all its spellings, and of no other")
    func settings() throws {
        let document = try document()
        for setting in Setting.all {
            #expect(document.contains("| `\(setting.key)` | `\(setting.environment)` | "), "\(setting.key)")
            #expect(document.contains("`\(setting.flag)`"), "\(setting.flag)")
        }
        let rows = document.split(separator: "\n").filter { row in
            ["dirty_", "on_dirty_", "log_"].contains { row.hasPrefix("| `\($0)") }
        }
        #expect(rows.count == Setting.all.count)
    }

    @Test("tells of every key that an app may have")
    func appKeys() throws {
        let document = try document()
        for key in AppMappingReader.keys {
            #expect(document.contains("| `\(key)` | "), "\(key)")
        }
    }

    @Test("has an annotated file without mistakes but for its plugins, which aren't there")
    func example() throws {
        let document = try document()
        let start = try #require(document.range(of: "```yaml\n# Apps"))
        let end = try #require(document.range(of: "```", range: start.upperBound..<document.endIndex))
        let text = "# Apps" + document[start.upperBound..<end.lowerBound]
        let file = ConfigurationFile(text: text, path: "example.yaml")
        #expect(file.mistakes.isEmpty)
        #expect(
            Set(file.values.map(\.setting.key)) == Set(Setting.all.map(\.key)).subtracting(["dirty_worker_executable"])
        )
        var settings = ServeSettings()
        for value in file.values where value.setting.key != "dirty_allowed_uids" {
            try value.setting.apply(value.texts, &settings)
        }
        #expect(file.apps?.count == 4)
    }
}

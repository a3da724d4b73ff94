import ArgumentParser
import Foundation
import TestSupport

@testable import DirtyCommand

/// A folder of a test's own with files made for it.
struct Folder {
    private let folder: TemporaryFolder

    var path: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }
}

/// The command that `arguments` make, as a `type`.
func parse<Command: ParsableCommand>(_ type: Command.Type, _ arguments: String...) throws -> Command {
    guard let command = try Dirty.parseAsRoot(arguments) as? Command else {
        throw TestFailure("\(arguments) is no \(type)")
    }
    return command
}

/// What `dirty` says to `arguments` that it refuses.
func refusal(_ arguments: String...) throws -> String {
    do {
        _ = try Dirty.parseAsRoot(arguments)
    } catch {
        return Dirty.fullMessage(for: error)
    }
    throw TestFailure("\(arguments) is not refused")
}

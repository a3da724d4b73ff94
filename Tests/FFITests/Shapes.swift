import DirtyKit
import DirtyKitTesting
import Foundation
import TestSupport

@testable import FFIApp

/// The library of the fixtures, compiled once, and apps made of its manifest.
enum Shapes {
    /// The library's folder; it lives as long as the tests do.
    private static let folder = Result { () throws in
        let folder = try TemporaryFolder()
        let source = "\(Products.repository)/Tests/FFITests/Fixtures/shapes.c"
        let outcome = try Program.run("cc", ["-shared", "-fPIC", "-o", folder.path + "/libshapes.so", source])
        guard outcome.status == .exited(0) else { throw TestFailure("cc can't compile \(source):\n\(outcome.errors)") }
        return folder
    }

    /// The path of the compiled library.
    static func library() throws -> String { try folder.get().path + "/libshapes.so" }

    /// The manifest, its library's path made absolute.
    static func manifest() throws -> JSON {
        var manifest = try Self.file("Tests/FFITests/Fixtures/shapes.json")
        manifest.set(["libraries", "shapes", "path"], .string(try library()))
        return manifest
    }

    /// An app of the manifest, changed by `change`.
    static func host(_ change: (inout JSON) -> Void = { _ in }) throws -> TestHost {
        var manifest = try manifest()
        change(&manifest)
        return try TestHost(ManifestApp.self, name: "shapes", configuration: manifest)
    }

    /// An app of a manifest that ships.
    static func shipped(_ name: String) throws -> TestHost {
        try TestHost(ManifestApp.self, name: name, configuration: file("Plugins/ffi/\(name).json"))
    }

    /// A JSON file of the repository.
    static func file(_ path: String) throws -> JSON {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(Products.repository)/\(path)"))
        return try RawJSON(Array(data)).decode(as: JSON.self)
    }
}

extension JSON {
    /// Sets the member at the end of `path`, making objects on the way; nil takes it away.
    mutating func set(_ path: [String], _ value: JSON?) {
        var members = object ?? [:]
        if path.count == 1 {
            members[path[0]] = value
        } else {
            members[path[0], default: [:]].set(Array(path.dropFirst()), value)
        }
        self = .object(members)
    }
}

/// What a call was refused with.
func refusal(_ host: TestHost, _ action: String, _ arguments: any Encodable...) async throws -> AppError {
    do {
        let text = try arguments.map { String(decoding: try RawJSON(encoding: $0).text, as: UTF8.self) }
        let result = try await host.start(action, json: "[\(text.joined(separator: ","))]").result(as: JSON.self)
        throw TestFailure("\(action) was not refused but gave \(result)")
    } catch let error as AppError {
        return error
    }
}

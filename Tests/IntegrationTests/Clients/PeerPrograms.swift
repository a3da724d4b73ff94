import Foundation
import TestSupport

/// Clients that aren't ours, or aren't us: the Python programs in `Peers`.
enum PeerPrograms {
    /// Runs a program of `Peers` with the Python of `virtualEnvironment`, or the system's.
    static func run(_ name: String, _ arguments: [String], with virtualEnvironment: String? = nil) throws -> Outcome {
        let python = virtualEnvironment.map { "\(environments)/\($0)/bin/python" } ?? "python3"
        return try Program.run(
            python,
            ["-B", "\(Products.repository)/Tests/IntegrationTests/Peers/\(name)"] + arguments
        )
    }

    /// Whether a virtual environment is there; `Scripts/test` makes them.
    static func has(_ virtualEnvironment: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "\(environments)/\(virtualEnvironment)/bin/python")
    }

    private static let environments =
        ProcessInfo.processInfo.environment["DIRTY_TEST_VENVS"] ?? Products.repository + "/.build/venvs"
}

import Foundation
import TestSupport

/// The host that the conformance cases run against: the one at `$DIRTY_CONFORMANCE_SOCKET`, or one for this run of the tests.
enum ConformanceHost {
    private static let shared = Result { try start() }

    /// Its socket.
    static func socket() throws -> String {
        try shared.get()
    }

    private static func start() throws -> String {
        if let socket = ProcessInfo.processInfo.environment["DIRTY_CONFORMANCE_SOCKET"] { return socket }
        let folder = URL(fileURLWithPath: try Products.path("dirty")).deletingLastPathComponent().path
        // The host ends with its input, and that with the process of these tests.
        let program = try Program(
            "/bin/sh",
            [
                "-c", "tail --pid=$PPID -f /dev/null | exec \"$1\" \"$2\"", "sh",
                Products.repository + "/Tests/Conformance/host", folder,
            ]
        )
        try program.output.wait(for: "\n", within: 90)
        guard let line = program.output.text.split(separator: "\n").first, line.hasPrefix("DIRTY_SOCKET=") else {
            throw TestFailure("the host for the conformance cases did not start:\n\(program.errors.text)")
        }
        return String(line.dropFirst("DIRTY_SOCKET=".count))
    }
}

// What tests of running hosts share.
//
//   Host.swift              a running `dirty serve` in a folder of its own, and the proof that nothing of it is left
//   Host+Status.swift       what it says of its workers and apps
//   TemporaryFolder.swift   such a folder
//   Threads.swift           many callers at once
//   Processes/              the built programs, running them, what they print, and when they end
//   Memory/                 memory that a client shares
//   Clients/                a client's connection made of plain system calls, in both forms; a host played by a script

import Foundation
import Glibc

/// A running host: the built `dirty serve`, in a folder of its own.
public final class Host: Sendable {
    /// The process; what it prints on stderr is its log.
    public let program: Program
    /// Its working directory, and that of its runtime directory `run`.
    public let folder: TemporaryFolder
    /// Where clients connect.
    public let socketPath: String

    private let mark: String

    /// Starts a host, runs `body` when every worker is ready, ends the host if it still runs, and checks that nothing of
    /// it is left.
    ///
    /// - Parameters:
    ///   - apps: as on the command line, where a plugin of ours goes by the name of its app: `echo`, `bench:2`.
    ///   - flags: more arguments.
    ///   - configuration: the contents of a `dirty.yaml`.
    ///   - launcher: a program, with its arguments, that becomes the host, such as `prlimit --nofile=100`.
    ///   - waitsUntilReady: false for a host that may never be; `body` then runs as soon as it listens.
    /// - Throws: what `body` throws, with the host's log; or ``TestFailure`` with what is left.
    public static func run(
        _ apps: [String],
        _ flags: String...,
        configuration: String? = nil,
        environment: [String: String] = [:],
        launcher: [String] = [],
        waitsUntilReady: Bool = true,
        body: (Host) throws -> Void
    ) throws {
        try run(
            apps,
            flags,
            configuration: configuration,
            environment: environment,
            launcher: launcher,
            waitsUntilReady: waitsUntilReady,
            body: body
        )
    }

    /// The same, with the flags as an array.
    public static func run(
        _ apps: [String],
        _ flags: [String],
        configuration: String? = nil,
        environment: [String: String] = [:],
        launcher: [String] = [],
        waitsUntilReady: Bool = true,
        body: (Host) throws -> Void
    ) throws {
        let host = try Host(
            apps,
            flags,
            configuration: configuration,
            environment: environment,
            launcher: launcher
        )
        do {
            if waitsUntilReady { try host.program.output.wait(for: "DIRTY_SOCKET=\(host.socketPath)\n") }
            try body(host)
            try host.end()
        } catch {
            try? host.end()
            throw TestFailure("\(error)\nThe host's log:\n\(host.log.text.suffix(16384))")
        }
    }

    /// Starts a host and waits for nothing.
    ///
    /// - Parameter folder: where an earlier host has left something; nil for a new one.
    public init(
        _ apps: [String],
        _ flags: [String] = [],
        configuration: String? = nil,
        environment: [String: String] = [:],
        launcher: [String] = [],
        folder: TemporaryFolder? = nil
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        if let configuration { try folder.write(configuration, to: "dirty.yaml") }
        let runtime = folder.path + "/run"
        let mark = UUID().uuidString
        let command = try launcher + [Products.path("dirty"), "serve"] + apps.map(Self.argument)
        program = try Program(
            command[0],
            command[1...] + ["--runtime-dir", runtime] + flags,
            environment: environment.merging([Self.markName: mark]) { _, ours in ours },
            folder: folder.path
        )
        self.folder = folder
        self.mark = mark
        let flag = flags.firstIndex(of: "--socket")
        socketPath = flag.map { flags[$0 + 1] } ?? runtime + "/dirty.sock"
    }

    /// What it logs.
    public var log: PrintedText { program.errors }

    /// Its runtime directory.
    public var runtimePath: String { folder.path + "/run" }

    /// A new connection to it.
    public func connect() throws -> Connection {
        try Connection(to: socketPath)
    }

    /// Every process that is of it or descends from it, and runs.
    public var processes: [pid_t] {
        ProcessTable.processes(with: "\(Self.markName)=\(mark)")
    }

    /// Ends it at once if it still runs, and checks that nothing of it is left.
    public func end() throws {
        program.signal(SIGQUIT)
        do {
            try program.wait(within: 10)
        } catch {
            program.signal(SIGKILL)
            throw error
        }
        try checkNothingIsLeft()
    }

    /// Checks that no process, socket or image of it is left, once its own process has ended.
    public func checkNothingIsLeft() throws {
        let running = processes.filter { !ProcessTable.isGone($0, within: 5) }
        for pid in running { kill(pid, SIGKILL) }
        guard running.isEmpty else {
            let names = running.map { "\($0) \(ProcessTable.file("cmdline", of: $0))" }
            throw TestFailure("processes of the host are left: \(names)")
        }
        // One that was killed can't tidy up.
        if case .signalled = program.exitStatus { return }
        let left = ((try? FileManager.default.contentsOfDirectory(atPath: runtimePath)) ?? []).filter { $0 != "lock" }
        guard left.isEmpty else { throw TestFailure("files of the host are left: \(left)") }
    }

    private static let markName = "HOST_UNDER_TEST"

    /// The argument of `dirty serve` for an app.
    private static func argument(for app: String) throws -> String {
        guard !app.contains("/") else { return app }
        let parts = app.split(separator: ":", maxSplits: 1)
        let plugin = try Products.plugin(parts[0].prefix(1).uppercased() + parts[0].dropFirst())
        return "\(parts[0])=\(plugin)" + (parts.count > 1 ? ":\(parts[1])" : "")
    }
}

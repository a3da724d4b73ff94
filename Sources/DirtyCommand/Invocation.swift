// The command line of Dirty Host, as a library so that tests can reach it; `Sources/dirty` only calls it.
//
// Invocation.swift   from arguments to an exit code
// Dirty.swift        the command `dirty` and its list of subcommands
// Commands/          one file a subcommand: serve, call, status, describe, bench; reload, restart, scale, stop, quarantine;
//                    inspect, check, ffi, new, sdk, completion, man
// Configuration/     the settings, and how file, environment and flags make an ArbiterConfiguration of them
// Apps/              the ways to write an app; directories and duplicates
// FFI/               manifests of C libraries: their files, their plugin, their headers
// Calls/             arguments and answers of `dirty call`
// Watching/          the live table of `dirty status --watch`
// Bench/             the load, progress and report of `dirty bench`
// Projects/          what `dirty new` and `dirty sdk` write
// Completion/        what a shell completes from the running host
// Manual/            manual pages from the commands' definitions
// Console/           standard streams, exit codes, tables
// Logs/              where `dirty serve` logs to
// ServiceManagement/ what a service manager says in the environment
// Signals/           waiting for signals on a thread of its own

import ArgumentParser
import Glibc

/// One run of `dirty`: its arguments read, ready to be performed.
///
/// Make it on the main thread before any other thread exists: a command that waits for signals has them blocked here, and the
/// threads to come inherit that.
public struct Invocation {
    private let outcome: Result<any ParsableCommand, any Error>

    /// Reads `arguments`, without the program's name.
    public init(_ arguments: [String]) {
        outcome = Result { try Dirty.parseAsRoot(arguments) }
        if case .success(let command as any SignalWaiting) = outcome {
            SignalThread.block(type(of: command).signals)
        }
    }

    /// Performs the command and ends the process with its exit code.
    public func runToEnd() -> Never {
        exit(run())
    }

    /// Performs the command and gives the process's exit code; what is to be said has been printed by then.
    ///
    /// It blocks the thread, which ought to be the main one.
    public func run() -> Int32 {
        do {
            switch try outcome.get() {
            case let command as any AsyncParsableCommand & Sendable:
                try Waiting.forEnd {
                    var command = command
                    try await command.run()
                }
            case var command:
                try command.run()
            }
            return ExitStatus.success.rawValue
        } catch let failure as CommandFailure {
            let style = TextStyle.of(.error, environment: ProcessEnvironment.variables)
            for line in failure.text(style) {
                StandardStream.error.write(line)
            }
            return failure.status.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            let isClean = Dirty.exitCode(for: error).isSuccess
            let stream = isClean ? StandardStream.output : StandardStream.error
            stream.write(Dirty.fullMessage(for: error))
            return isClean ? ExitStatus.success.rawValue : ExitStatus.usage.rawValue
        }
    }
}

import CTestSupport
import Foundation
import Glibc

/// A program that a test runs: without the `DIRTY_…` variables of the test run, with nothing on its standard input, and
/// with all it prints collected.
public final class Program: @unchecked Sendable {
    // Unchecked: `condition` guards `status`; the rest never changes.

    /// Its process id.
    public let pid: pid_t
    /// What it prints on stdout.
    public let output: PrintedText
    /// What it prints on stderr.
    public let errors: PrintedText

    private let condition = NSCondition()
    private var status: ExitStatus?

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - path: the executable; without a slash it is looked for on the PATH.
    ///   - environment: variables beside those of the test run.
    ///   - folder: the working directory.
    public init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        folder: String = "/"
    ) throws {
        let (outputPipe, errorsPipe) = (try Pipe(), try Pipe())
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = Self.variables(adding: environment).map { strdup($0) } + [nil]
        pid = test_spawn(path, argv, envp, folder, outputPipe.write, errorsPipe.write)
        for text in argv + envp { free(text) }
        close(outputPipe.write)
        close(errorsPipe.write)
        output = PrintedText(reading: outputPipe.read)
        errors = PrintedText(reading: errorsPipe.read)
        guard pid > 0 else { throw TestFailure("can't start \(path): \(String(cString: strerror(-pid)))") }
        awaitExit()
    }

    /// Starts the program as the only one of a session whose terminal is `terminal`, on all of its standard streams.
    public init(
        _ path: String,
        _ arguments: [String],
        on terminal: TestTerminal,
        environment: [String: String] = [:],
        folder: String = "/"
    ) throws {
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = Self.variables(adding: environment).map { strdup($0) } + [nil]
        pid = test_spawn_in_terminal(path, argv, envp, folder, terminal.path)
        for text in argv + envp { free(text) }
        output = try terminal.output()
        errors = output
        guard pid > 0 else { throw TestFailure("can't start \(path): \(String(cString: strerror(-pid)))") }
        awaitExit()
    }

    /// How it ended; nil while it runs.
    public var exitStatus: ExitStatus? {
        condition.withLock { status }
    }

    /// Sends it a signal, if it still runs.
    public func signal(_ signal: Int32) {
        condition.withLock {
            if status == nil { _ = kill(pid, signal) }
        }
    }

    /// Waits for its end.
    @discardableResult
    public func wait(within seconds: Double = 60) throws -> ExitStatus {
        let end = Date(timeIntervalSinceNow: seconds)
        return try condition.withLock {
            while status == nil {
                guard condition.wait(until: end) else {
                    throw TestFailure(
                        "process \(pid) still runs after \(seconds) s. It printed:\n\(errors.text.suffix(8192))"
                    )
                }
            }
            return status!
        }
    }

    private func awaitExit() {
        let thread = Thread { [self] in
            // Without reaping first: a signal sent meanwhile must not hit whoever gets the number next.
            var info = siginfo_t()
            while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
            condition.withLock {
                var waitStatus: Int32 = 0
                while waitpid(pid, &waitStatus, 0) == -1, errno == EINTR {}
                status = ExitStatus(waitStatus: waitStatus)
                condition.broadcast()
            }
        }
        thread.start()
    }

    private static func variables(adding environment: [String: String]) -> [String] {
        let inherited = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("DIRTY_") && name != "RUNTIME_DIRECTORY" && name != "XDG_RUNTIME_DIR"
        }
        return inherited.merging(environment) { _, new in new }.map { "\($0)=\($1)" }
    }

    /// Both ends of a pipe, which no child inherits.
    private struct Pipe {
        let read: Int32
        let write: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard test_pipe(&ends) == 0 else { throw TestFailure("can't make a pipe") }
            (read, write) = (ends[0], ends[1])
        }
    }
}

/// What a program that has ended said.
public struct Outcome: Sendable {
    /// How it ended.
    public let status: ExitStatus
    /// What it printed on stdout.
    public let output: String
    /// What it printed on stderr.
    public let errors: String
}

extension Program {
    /// Runs a program to its end.
    public static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        folder: String = "/",
        within seconds: Double = 60
    ) throws -> Outcome {
        let program = try Program(path, arguments, environment: environment, folder: folder)
        let status: ExitStatus
        do {
            status = try program.wait(within: seconds)
        } catch {
            program.signal(SIGKILL)
            throw error
        }
        return Outcome(status: status, output: try program.output.whole(), errors: try program.errors.whole())
    }
}

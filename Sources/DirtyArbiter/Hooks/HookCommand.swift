import ArbiterCore
import CDirtyLink
import DirtyWire
import Glibc
import Logging
import NIOCore
import Subprocess
import SystemPackage

/// One run of a hook's command.
struct HookCommand {
    /// The command line, for `/bin/sh`.
    let line: String
    /// What it is told on its standard input.
    let event: HookEvent
    /// How long it may take.
    let timeout: Duration
    /// Where clients connect: `DIRTY_SOCKET` in its environment.
    let socketPath: String
    /// Where what it prints is read.
    let eventLoop: PollLoop
    /// Where what it prints is logged.
    let logger: Logger

    /// Runs it to its end, or to the end of its time; returns why it failed, nil if it didn't.
    func run() async -> String? {
        let input = event.json.serialized().withUnsafeBytes { dirty_memory_file("hook", $0.baseAddress, $0.count) }
        guard input >= 0 else { return "its input can't be made: \(errorText(-input))" }
        var output: [Int32] = [-1, -1]
        let piped = dirty_pipe(&output)
        guard piped == 0 else {
            close(input)
            return "its output can't be read: \(errorText(-piped))"
        }
        var logger = logger
        logger[metadataKey: "hook"] = "\(event.moment.rawValue)"
        if let worker = event.worker { logger[metadataKey: "worker"] = "\(worker)" }
        let reader: NIOLoopBound<OutputHandler>
        do {
            reader = try await eventLoop.submit { [output, logger, eventLoop] in
                let handler = OutputHandler(descriptor: output[0], on: eventLoop, logger: logger)
                try handler.start()
                return NIOLoopBound(handler, eventLoop: eventLoop)
            }.get()
        } catch {
            close(input)
            close(output[1])
            // A handler that can't start closes its descriptor; without a loop there was none.
            if !(error is ArbiterError) { close(output[0]) }
            return "its output can't be read: \(error)"
        }
        do {
            let end = await run(input: input, output: output[1])
            let printed = try await eventLoop.submit {
                reader.value.drain()
                defer { reader.value.close() }
                return reader.value.tailText
            }.get()
            return end.reason(command: line, printed: printed)
        } catch {
            // The event loop is no more, which happens only when nobody waits for a hook.
            return "\(error)"
        }
    }

    private func run(input: Int32, output: Int32) async -> End {
        var options = PlatformOptions()
        options.processGroupID = 0
        var variables = ServiceManager.withheldVariables
        variables["DIRTY_SOCKET"] = socketPath
        variables["DIRTY_HOOK"] = event.moment.rawValue
        let configuration = Configuration(
            executable: .path("/bin/sh"),
            arguments: ["-c", line],
            environment: .inherit.updating(variables),
            platformOptions: options
        )
        let child = OwnChild()
        defer { child.ended() }
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
                output: .fileDescriptor(FileDescriptor(rawValue: output), closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            ) { execution in
                let group = execution.processIdentifier.value
                child.started(group)
                // Unstructured because it must outlast this closure; cancelled below, as soon as the process has ended.
                return Task {
                    try await Task.sleep(for: timeout)
                    kill(-group, SIGKILL)
                    return true
                }
            }
            result.closureResult.cancel()
            if (try? await result.closureResult.value) == true { return .overran(timeout) }
            let exit = WorkerExit(result.terminationStatus)
            return exit == .exited(0) ? .done : .failed(exit)
        } catch {
            return .failed(.notStarted("\(error)"))
        }
    }
}

/// How a command ended.
private enum End {
    /// With exit code 0.
    case done
    /// Otherwise.
    case failed(WorkerExit)
    /// It was killed when its time was over.
    case overran(Duration)

    /// Why that is a failure, with the last line that was printed; nil if it is none.
    func reason(command: String, printed: String) -> String? {
        let last = printed.split(separator: "\n").last.map { ": \($0)" } ?? ""
        return switch self {
        case .done: nil
        case .failed(let exit): "'\(command)' \(exit.words)\(last)"
        case .overran(let timeout):
            "'\(command)' ran past \(timeout.seconds) s (dirty_hook_timeout) and was killed\(last)"
        }
    }
}

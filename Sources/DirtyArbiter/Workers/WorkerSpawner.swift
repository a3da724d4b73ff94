import ArbiterCore
import Subprocess
import SystemPackage

/// Runs worker processes: each is owned, by its pidfd, from its start to its exit.
enum WorkerSpawner {
    /// Starts the process of `order`, tells `started` its id, and returns how it ended.
    ///
    /// The worker's ends of its links, `control` and `output`, are closed here once it has them.
    static func run(
        _ order: WorkerOrder,
        control: Int32,
        output: Int32,
        started: @Sendable @escaping (pid_t) -> Void
    ) async -> WorkerExit {
        var options = PlatformOptions()
        options.processGroupID = 0
        var variables = ServiceManager.withheldVariables
        variables["SWIFT_BACKTRACE"] = "enable=no"
        for (name, value) in order.environment {
            variables[Environment.Key(stringLiteral: name)] = value
        }
        let configuration = Configuration(
            executable: .path(FilePath(order.executable)),
            environment: .inherit.updating(variables),
            platformOptions: options
        )
        let child = OwnChild()
        defer { child.ended() }
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .fileDescriptor(FileDescriptor(rawValue: control), closeAfterSpawningProcess: true),
                output: .fileDescriptor(FileDescriptor(rawValue: output), closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            ) { execution in
                let pid = execution.processIdentifier.value
                child.started(pid)
                started(pid)
            }
            return WorkerExit(result.terminationStatus)
        } catch {
            return .notStarted("\(order.executable) can't be started: \(error)")
        }
    }
}

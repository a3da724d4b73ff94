import DirtyWire
import Glibc
import Subprocess
import SystemPackage

/// Asks plugins what they are, each in a worker that is thrown away: the arbiter itself never loads one.
public enum PluginDescriber {
    /// The most that a description may have, in bytes.
    private static let limitBytes = 16 << 20

    /// Describes the plugin at `path`.
    ///
    /// - Parameters:
    ///   - path: the `.so`; its constructors run in the throw-away worker, its `open` doesn't.
    ///   - workerExecutable: as in ``WorkerExecutable/locate(_:)``.
    ///   - timeout: how long loading it may take.
    /// - Returns: the JSON object that `dirty-worker --describe` prints.
    /// - Throws: `ArbiterError` with the plugin's path and the cause.
    public static func describe(
        _ path: String,
        workerExecutable: String?,
        timeout: Duration
    ) async throws(ArbiterError) -> [UInt8] {
        let executable = try WorkerExecutable.locate(workerExecutable)
        let printed: [UInt8]
        do {
            printed = try await run(executable, describing: path, timeout: timeout)
        } catch let error as ArbiterError {
            throw error
        } catch {
            throw ArbiterError(.environment, "can't describe \(path): \(error)")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: printed)
        } catch {
            throw ArbiterError(
                .plugin,
                "\(path) ended the process that loaded it, or kept it for more than \(timeout). "
                    + "Its image constructors crash, hang or exit"
            )
        }
        if let message = value["error"]?["message"]?.stringValue {
            throw ArbiterError(.plugin, message)
        }
        return printed
    }

    /// Describes the plugin at `path`, read.
    static func description(
        of path: String,
        workerExecutable: String,
        timeout: Duration
    ) async throws(ArbiterError) -> PluginDescription {
        let printed = try await describe(path, workerExecutable: workerExecutable, timeout: timeout)
        guard let value = try? JSONValue(parsing: printed), let description = PluginDescription(value) else {
            throw ArbiterError(.environment, "\(workerExecutable) is not the worker of this version: it can't describe")
        }
        return description
    }

    private static func run(
        _ executable: String,
        describing path: String,
        timeout: Duration
    ) async throws -> [UInt8] {
        var options = PlatformOptions()
        options.processGroupID = 0
        var variables = ServiceManager.withheldVariables
        variables["SWIFT_BACKTRACE"] = "enable=no"
        let configuration = Configuration(
            executable: .path(FilePath(executable)),
            arguments: ["--describe", path],
            environment: .inherit.updating(variables),
            platformOptions: options
        )
        let child = OwnChild()
        defer { child.ended() }
        let result = try await Subprocess.run(
            configuration,
            input: .none,
            output: .bytes(limit: limitBytes),
            error: .discarded
        ) { execution in
            let group = execution.processIdentifier.value
            child.started(group)
            // Unstructured because it must outlast this closure; cancelled below, as soon as the process has ended.
            return Task {
                try await Task.sleep(for: timeout)
                kill(-group, SIGKILL)
            }
        }
        result.closureResult.cancel()
        return result.standardOutput
    }
}

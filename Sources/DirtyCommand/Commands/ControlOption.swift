import ArgumentParser
import DirtyClient

/// Which host is meant, for every command that changes one.
struct ControlOption: ParsableArguments {
    @OptionGroup
    var host: SocketOption

    @Option(
        help: ArgumentHelp(
            "The host's runtime directory, whose control.sock is used.",
            discussion: "Without it, the host at --socket is asked where its control socket is.",
            valueName: "dir"
        )
    )
    var runtimeDir: String?

    /// The host's control socket.
    ///
    /// - Throws: ``CommandFailure`` if no host answers.
    func control() throws -> HostControl {
        if let runtimeDir { return HostControl(path: runtimeDir + "/control.sock") }
        do {
            return try HostControl(of: host.client)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Asks for an operation, and shows its steps as they come.
    func manage(
        _ operation: String,
        _ members: JSONObject = [:],
        progress: (JSONValue) -> Void = { _ in }
    ) throws -> JSONValue {
        let control = try control()
        do {
            return try control.manage(operation, members, progress: progress)
        } catch {
            throw CommandFailure(error)
        }
    }
}

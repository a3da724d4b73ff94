import ArgumentParser
import DirtyClient

/// Where the host is, for every command that calls one.
struct SocketOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The host's socket.",
            discussion:
                "Default: $DIRTY_SOCKET, else dirty.sock in $RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR/dirty or /tmp/dirty-UID.",
            valueName: "path"
        ),
        completion: .file()
    )
    var socket: String?

    /// Where it may be.
    var location: HostLocation {
        socket.map(HostLocation.init(path:)) ?? .standard
    }

    /// A client that tells at once when no host answers.
    var client: BlockingDirtyClient {
        BlockingDirtyClient(location: location, retry: .none)
    }
}

/// Listening sockets that whoever started this process has opened for it, such as systemd's socket activation.
///
/// Each is a Unix stream socket that listens. The arbiter owns them from its start on; their paths stay when it ends.
public struct InheritedSockets: Hashable, Sendable {
    /// Where clients connect; nil to make that socket as configured.
    public var calls: Int32?
    /// Where the owner manages the arbiter; nil to make that socket in the runtime directory.
    public var control: Int32?

    /// These descriptors.
    public init(calls: Int32? = nil, control: Int32? = nil) {
        self.calls = calls
        self.control = control
    }
}

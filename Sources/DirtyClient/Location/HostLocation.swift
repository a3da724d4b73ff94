import DirtyWire
import Glibc

/// Where a host's socket may be.
public struct HostLocation: Sendable {
    /// The paths to try, in order.
    public var paths: [String]
    /// Whether only sockets served by this user or root are trusted.
    ///
    /// True for paths nobody named: one of them lies in `/tmp`, where anybody can put a socket.
    public var checksOwner: Bool

    /// The socket at `path`, whoever serves it.
    public init(path: String) {
        self.init(paths: [path])
    }

    /// The first of the sockets at `paths` that is served, whoever serves it unless `checksOwner`.
    public init(paths: [String], checksOwner: Bool = false) {
        self.paths = paths
        self.checksOwner = checksOwner
    }

    /// Where a host puts its socket unless told otherwise: `$DIRTY_SOCKET` if it is set, else `dirty.sock` in
    /// `$RUNTIME_DIRECTORY`, `$XDG_RUNTIME_DIR/dirty` and `/tmp/dirty-$UID`.
    public static var standard: HostLocation {
        standard { name in getenv(name).map { String(cString: $0) } }
    }

    /// The same, for an environment and a user given.
    public static func standard(
        userID: UInt32 = getuid(),
        environment: (String) -> String?
    ) -> HostLocation {
        func set(_ name: String) -> String? {
            environment(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        if let path = set("DIRTY_SOCKET") { return HostLocation(path: path) }
        var location = HostLocation(path: "/tmp/dirty-\(userID)/dirty.sock")
        location.checksOwner = true
        if let directory = set("XDG_RUNTIME_DIR") {
            location.paths.insert("\(directory)/dirty/dirty.sock", at: 0)
        }
        if let directories = set("RUNTIME_DIRECTORY") {
            // systemd separates several by colons; a host takes the first.
            let first = directories.split(separator: ":").first.map(String.init) ?? directories
            location.paths.insert("\(first)/dirty.sock", at: 0)
        }
        return location
    }

    /// The first of the paths at which a host answers.
    ///
    /// Throws an error of kind ``DirtyCallError/Kind/connection`` if there is none.
    public func servedPath() throws(DirtyCallError) -> String {
        let served = try firstServed()
        close(served.descriptor)
        return served.path
    }

    /// A connected socket that doesn't block, closed at exec; the caller owns it.
    ///
    /// Throws an error of kind ``DirtyCallError/Kind/connection`` whose message and `tried` in the details list every path
    /// with what was wrong there.
    func connect() throws(DirtyCallError) -> Int32 {
        try firstServed().descriptor
    }

    private func firstServed() throws(DirtyCallError) -> (path: String, descriptor: Int32) {
        var problems: [(path: String, problem: String)] = []
        for path in paths {
            switch UnixSocket.connect(to: path) {
            case .connected(let descriptor):
                guard checksOwner, let problem = UnixSocket.distrust(descriptor) else { return (path, descriptor) }
                close(descriptor)
                problems.append((path, problem))
            case .failed(let problem):
                problems.append((path, problem))
            }
        }
        throw DirtyCallError(
            .connection,
            "no host answers; tried " + problems.map { "\($0.path) (\($0.problem))" }.joined(separator: ", "),
            executed: .no,
            details: ["tried": .array(problems.map { ["path": .string($0.path), "problem": .string($0.problem)] })]
        )
    }
}

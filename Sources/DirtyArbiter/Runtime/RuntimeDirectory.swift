import Glibc

/// The one directory that an arbiter writes to: sockets, images, lock.
///
/// Ours alone, mode 0700, no symlink.
public struct RuntimeDirectory: Sendable {
    /// The directory's path.
    public let path: String

    /// Where clients connect, unless configured otherwise.
    var clientSocketPath: String { path + "/dirty.sock" }
    /// Where the owner manages the arbiter.
    var controlSocketPath: String { path + "/control.sock" }
    /// Where the private copies of plugins live.
    var imagesPath: String { path + "/images" }
    /// What a running arbiter keeps locked.
    var lockPath: String { path + "/lock" }

    /// The directory used when none is named: the first of `candidates()`.
    public static func defaultPath() -> String {
        candidates()[0]
    }

    /// Where an arbiter of this user may live, the most particular first.
    ///
    /// `$RUNTIME_DIRECTORY` (set by systemd), `$XDG_RUNTIME_DIR/dirty`, `/tmp/dirty-UID`; those whose variable is not
    /// set are left out.
    public static func candidates() -> [String] {
        var paths: [String] = []
        if let systemd = environmentValue("RUNTIME_DIRECTORY") {
            // systemd.exec(5): several directories are separated by colons.
            paths.append(String(systemd.prefix { $0 != ":" }))
        }
        if let session = environmentValue("XDG_RUNTIME_DIR") {
            paths.append(session + "/dirty")
        }
        paths.append("/tmp/dirty-\(getuid())")
        return paths
    }

    /// Makes the directory if it is missing, and checks that nobody else can put anything into it.
    init(preparing path: String) throws(ArbiterError) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw ArbiterError(
                .environment,
                "can't make the runtime directory \(path): \(errorText()). Name another one by --runtime-dir"
            )
        }
        var facts = stat()
        guard lstat(path, &facts) == 0 else {
            throw ArbiterError(.environment, "can't look at the runtime directory \(path): \(errorText())")
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw ArbiterError(
                .environment,
                "the runtime directory \(path) is not a directory (symbolic links are refused). "
                    + "Remove it, or name another one by --runtime-dir"
            )
        }
        guard facts.st_uid == geteuid() else {
            throw ArbiterError(
                .environment,
                "the runtime directory \(path) belongs to user \(facts.st_uid), not to us (\(geteuid())). "
                    + "Name another one by --runtime-dir"
            )
        }
        if facts.st_mode & 0o777 != 0o700, chmod(path, 0o700) != 0 {
            throw ArbiterError(.environment, "can't make the runtime directory \(path) private: \(errorText())")
        }
    }

    private static func environmentValue(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}

import Glibc

/// Where the program is that workers run.
public enum WorkerExecutable {
    /// Finds it: `configured`, else `$DIRTY_WORKER_EXECUTABLE`, else `dirty-worker` beside our own executable.
    ///
    /// - Throws: `ArbiterError` with every place that was tried.
    public static func locate(_ configured: String?) throws(ArbiterError) -> String {
        if let named = configured ?? environmentValue() {
            guard access(named, X_OK) == 0 else {
                throw ArbiterError(.configuration, "the worker executable \(named) can't be run: \(errorText())")
            }
            return named
        }
        guard let ours = realpath("/proc/self/exe", nil) else {
            throw ArbiterError(.environment, "can't tell where our own executable is: \(errorText())")
        }
        defer { free(ours) }
        let path = String(cString: ours)
        let beside = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex) + "/dirty-worker"
        guard access(String(beside), X_OK) == 0 else {
            throw ArbiterError(
                .environment,
                "no worker executable: \(beside) can't be run (\(errorText())). "
                    + "Put dirty-worker beside this program, or set DIRTY_WORKER_EXECUTABLE to its path"
            )
        }
        return String(beside)
    }

    private static func environmentValue() -> String? {
        guard let value = getenv("DIRTY_WORKER_EXECUTABLE"), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}

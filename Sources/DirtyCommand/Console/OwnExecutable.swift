import Glibc

/// The program that runs.
enum OwnExecutable {
    /// Its path, with every link followed.
    static func path() throws(CommandFailure) -> String {
        guard let path = realpath("/proc/self/exe", nil) else {
            throw CommandFailure(.failure, "can't tell where this program lies: \(FileProblem(errno))")
        }
        defer { free(path) }
        return String(cString: path)
    }
}

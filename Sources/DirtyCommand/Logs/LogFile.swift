import Glibc
import Synchronization

/// A log file that can be opened anew while it is written to: rotation moves the file away and sends a signal.
///
/// Lines go to the moved file until then, so none is lost. A line that the file doesn't take, on a full disk for instance,
/// goes to stderr.
final class LogFile: Sendable {
    /// Where it is.
    let path: String
    private let descriptor: Mutex<Int32>

    /// Opens the file, making it if it is missing.
    init(path: String) throws(FileProblem) {
        self.path = path
        descriptor = Mutex(try Self.open(path))
    }

    deinit {
        _ = descriptor.withLock { close($0) }
    }

    /// Writes a line, in one piece.
    ///
    /// Any thread.
    func write(_ line: String) {
        let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
        let isWritten = descriptor.withLock { descriptor in
            while true {
                let count = Glibc.write(descriptor, bytes, bytes.count)
                if count >= 0 || errno != EINTR { return count == bytes.count }
            }
        }
        if !isWritten { StandardStream.error.write(line) }
    }

    /// Goes on in the file that stands at the path now, making it if it is missing.
    ///
    /// If that can't be opened, it goes on in the one that it has.
    func reopen() throws(FileProblem) {
        let fresh = try Self.open(path)
        let former = descriptor.withLock { descriptor in
            defer { descriptor = fresh }
            return descriptor
        }
        close(former)
    }

    private static func open(_ path: String) throws(FileProblem) -> Int32 {
        let opened = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard opened >= 0 else { throw FileProblem(errno) }
        return opened
    }
}

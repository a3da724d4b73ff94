import Glibc
import TestSupport

/// What a call of `witness.c` waits at until a test opens it: a FIFO.
final class Gate: Sendable {
    /// Where it is, as the action `wait` is told.
    let path: String

    private let descriptor: Int32

    /// Makes one in `folder` that is shut.
    init(in folder: TemporaryFolder) throws {
        path = folder.path + "/gate"
        guard mkfifo(path, 0o600) == 0 else {
            throw TestFailure("can't make \(path): \(String(cString: strerror(errno)))")
        }
        // For reading, too: for writing alone it can't be opened before the call has opened it.
        descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw TestFailure("can't open \(path): \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    /// Lets one call end.
    func open() throws {
        var byte: UInt8 = 0
        guard write(descriptor, &byte, 1) == 1 else { throw TestFailure("can't write to \(path)") }
    }
}

import Glibc

/// The file that `--output` names: the bytes of the answer's attachments, one after the other.
final class AttachmentOutput {
    let path: String
    private let descriptor: Int32

    /// Makes the file, or empties it.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw CommandFailure(.usage, "--output: \(path) can't be written: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Appends `bytes`.
    func append(_ bytes: [UInt8]) throws(CommandFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
            }
            guard count >= 0 || errno == EINTR else {
                throw CommandFailure(
                    .failure,
                    "--output: \(path) can't be written: \(String(cString: strerror(errno)))"
                )
            }
            written += max(count, 0)
        }
    }
}

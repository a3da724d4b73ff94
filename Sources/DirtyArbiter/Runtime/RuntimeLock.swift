import Glibc

/// The lock by which a second arbiter on the same directory notices the first; the kernel drops it when we die.
struct RuntimeLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock of `directory`, or says who has it.
    init(of directory: RuntimeDirectory) throws(ArbiterError) {
        let opened = open(directory.lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else {
            throw ArbiterError(.environment, "can't open the lock file \(directory.lockPath): \(errorText())")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.holder(in: opened)
            close(opened)
            guard reason == EWOULDBLOCK else {
                throw ArbiterError(.environment, "can't lock \(directory.lockPath): \(errorText(reason))")
            }
            throw ArbiterError(
                .alreadyRunning,
                "another arbiter\(holder) runs in \(directory.path). Stop it, or name another directory by --runtime-dir"
            )
        }
        descriptor = opened
        let text = "\(getpid())\n"
        // For people and for the message above only: nothing trusts or signals the number in the file.
        _ = ftruncate(opened, 0)
        _ = text.withCString { pwrite(opened, $0, strlen($0), 0) }
    }

    deinit {
        close(descriptor)
    }

    private static func holder(in descriptor: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { bytes in
            let count = pread(descriptor, bytes.baseAddress, bytes.count, 0)
            let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            guard let number = Int(text.prefix { $0.isNumber }) else { return "" }
            return " (process \(number))"
        }
    }
}

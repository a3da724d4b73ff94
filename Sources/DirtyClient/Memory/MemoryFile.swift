import CDirtyLink
import DirtyWire
import Glibc

/// A file in memory that is shared with the host while this is kept.
final class MemoryFile: Sendable {
    /// What the host is told of it.
    let memory: SharedMemory

    /// A file that holds `bytes`, for good; nil if there is no memory or descriptor for it.
    convenience init?(holding bytes: [UInt8]) {
        self.init(size: bytes.count) { file in
            Self.write(bytes, to: file) && dirty_memory_seal(file) == 0
        }
    }

    /// A file of `size` bytes that answers are written to; nil if there is no memory or descriptor for it.
    convenience init?(forAnswerOf size: Int) {
        self.init(size: size) { file in dirty_memory_fix_size(file, size) == 0 }
    }

    private init?(size: Int, _ prepare: (Int32) -> Bool) {
        let file = dirty_memory_create("dirty-attachment")
        guard file >= 0 else { return nil }
        var facts = stat()
        guard prepare(file), fstat(file, &facts) == 0 else {
            close(file)
            return nil
        }
        memory = SharedMemory(descriptor: file, inode: UInt64(facts.st_ino), offset: 0, size: size)
    }

    deinit {
        close(memory.descriptor)
    }

    /// The `count` bytes from `offset` on; nil if they aren't all there.
    func bytes(at offset: Int, count: Int) -> [UInt8]? {
        guard offset >= 0, count >= 0, offset <= memory.size, count <= memory.size - offset else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            done = 0
            while done < count, let start = buffer.baseAddress {
                let read = pread(memory.descriptor, start + done, count - done, off_t(offset + done))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { return }
                done += read
            }
        }
        return bytes.count == count ? bytes : nil
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count, let start = buffer.baseAddress {
                let written = pwrite(file, start + done, buffer.count - done, off_t(done))
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return false }
                done += written
            }
            return true
        }
    }
}

import CDirtyLink
import DirtyWire
import Glibc

/// A file in memory of this process, as a client shares it.
public final class SharedFile: Sendable {
    /// How it is sealed.
    public enum Seals: Sendable {
        /// Not at all.
        case none
        /// Its size is fixed.
        case size
        /// Size and contents are.
        case all
    }

    /// Its descriptor here.
    public let descriptor: Int32
    /// Its inode.
    public let inode: UInt64

    private let size: Int

    /// Memory that holds `bytes`.
    public init(_ bytes: [UInt8], _ seals: Seals = .all) throws {
        let descriptor = dirty_memory_create("test")
        self.descriptor = descriptor
        inode = Self.inode(of: descriptor)
        size = bytes.count
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(sent))
            }
            guard count > 0 else { throw TestFailure("no memory: \(String(cString: strerror(errno)))") }
            sent += count
        }
        let result: Int32 =
            switch seals {
            case .none: 0
            case .size: dirty_memory_fix_size(descriptor, bytes.count)
            case .all: dirty_memory_seal(descriptor)
            }
        guard result == 0 else { throw TestFailure("memory can't be sealed: \(result)") }
    }

    /// Memory of `size` bytes that can be written, none of which has been.
    public init(sparse size: Int) throws {
        descriptor = dirty_memory_create("test")
        inode = Self.inode(of: descriptor)
        self.size = size
        guard dirty_memory_fix_size(descriptor, size) == 0 else { throw TestFailure("memory can't be sealed") }
    }

    deinit {
        close(descriptor)
    }

    /// Writes `byte` everywhere.
    public func fill(with byte: UInt8) {
        pwrite(descriptor, [UInt8](repeating: byte, count: size), size, 0)
    }

    /// What a client says of `size` bytes from `offset` on.
    public func piece(offset: Int = 0, size: Int) -> SharedMemory {
        SharedMemory(descriptor: descriptor, inode: inode, offset: offset, size: size)
    }

    /// The same as a message has it.
    public func json(offset: Int = 0, size: Int) -> JSONValue {
        [
            "fd": JSONValue(Int(descriptor)), "inode": .uint(inode), "offset": JSONValue(offset),
            "size": JSONValue(size),
        ]
    }

    /// What it holds at `range`.
    public func bytes(_ range: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, range.count, off_t(range.lowerBound)))
        }
    }

    /// The inode of the file that is open as `descriptor`.
    public static func inode(of descriptor: Int32) -> UInt64 {
        var facts = stat()
        fstat(descriptor, &facts)
        return UInt64(facts.st_ino)
    }
}

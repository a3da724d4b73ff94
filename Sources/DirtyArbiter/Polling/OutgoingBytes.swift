import Glibc
import NIOCore

/// What is to be written to a descriptor, in order: small pieces copied into memory that is used again and again, large
/// ones held as they are.
struct OutgoingBytes: ~Copyable {
    /// Pieces up to this size are copied: one is cheaper to write than two.
    static let copyLimitBytes = 1 << 14
    /// Memory up to this size is kept for the next pieces.
    private static let keptBytes = 1 << 12
    /// The most pieces that are handed to the kernel at once.
    private static let piecesPerWrite = 16

    /// How a write ended.
    enum Outcome {
        /// All of it was taken.
        case done
        /// The other end has to read first.
        case blocked
        /// The other end is gone; this is why.
        case failed(Int32)
    }

    /// Written first: copied bytes.
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private var end = 0
    /// Written after them.
    private var pieces = CircularBuffer<ByteBuffer>()
    /// How many bytes wait.
    private(set) var count = 0
    /// How many have been taken since the beginning.
    private(set) var writtenBytes = 0
    private let spareMemory: SpareMemory

    /// Nothing yet; the memory of large pieces is left to `spareMemory` when they have been written.
    init(spareMemory: SpareMemory) {
        self.spareMemory = spareMemory
    }

    deinit {
        memory?.deallocate()
    }

    /// Adds `bytes` bytes, which `fill` writes.
    mutating func append(_ bytes: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        guard bytes > 0 else { return }
        guard pieces.isEmpty, bytes <= Self.copyLimitBytes else {
            var piece = ByteBufferAllocator().buffer(capacity: bytes)
            piece.writeWithUnsafeMutableBytes(minimumWritableBytes: bytes) { space in
                fill(UnsafeMutableRawBufferPointer(rebasing: space[..<bytes]))
                return bytes
            }
            pieces.append(piece)
            count += bytes
            return
        }
        fill(room(for: bytes))
        end += bytes
        count += bytes
    }

    /// Adds a piece, by copy if it is small.
    mutating func append(_ piece: ByteBuffer) {
        let bytes = piece.readableBytes
        guard bytes > 0 else { return }
        guard pieces.isEmpty, bytes <= Self.copyLimitBytes else {
            pieces.append(piece)
            count += bytes
            return
        }
        piece.withUnsafeReadableBytes { source in
            room(for: bytes).copyMemory(from: source)
        }
        end += bytes
        count += bytes
    }

    /// Writes what the descriptor, a socket that doesn't block, takes.
    mutating func write(to socket: Int32) -> Outcome {
        while count > 0 {
            let written = pieces.isEmpty ? sendCopied(to: socket) : sendAll(to: socket)
            if written < 0 {
                let reason = errno
                if reason == EINTR { continue }
                return reason == EAGAIN ? .blocked : .failed(reason)
            }
            let rest = count - written
            forget(written)
            // It took less than there was: it is full, and asking again would only say so.
            if rest > 0, written == 0 || pieces.isEmpty { return .blocked }
        }
        return .done
    }

    /// Drops everything.
    mutating func removeAll() {
        pieces = CircularBuffer()
        (start, end, count) = (0, 0, 0)
        letGo()
    }

    // MARK: The kernel

    private func sendCopied(to socket: Int32) -> Int {
        guard let memory else { return 0 }
        return send(socket, memory + start, end - start, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    private func sendAll(to socket: Int32) -> Int {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.piecesPerWrite) { vectors in
            var used = 0
            if let memory, end > start {
                vectors[0] = iovec(iov_base: memory + start, iov_len: end - start)
                used = 1
            }
            for piece in pieces.prefix(Self.piecesPerWrite - used) {
                // The piece is held by `pieces` until it has been written.
                piece.withUnsafeReadableBytes { bytes in
                    vectors[used] = iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                        iov_len: bytes.count
                    )
                }
                used += 1
            }
            var message = msghdr()
            message.msg_iov = vectors.baseAddress
            message.msg_iovlen = used
            return sendmsg(socket, &message, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    // MARK: Memory

    private mutating func room(for bytes: Int) -> UnsafeMutableRawBufferPointer {
        if let memory, capacity - end >= bytes {
            return UnsafeMutableRawBufferPointer(start: memory + end, count: bytes)
        }
        return grown(by: bytes)
    }

    private mutating func grown(by bytes: Int) -> UnsafeMutableRawBufferPointer {
        let held = end - start
        var wanted = max(512, capacity)
        while wanted < held + bytes { wanted *= 2 }
        let former = memory
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
        if let former {
            fresh.copyMemory(from: former + start, byteCount: held)
            former.deallocate()
        }
        memory = fresh
        (capacity, start, end) = (wanted, 0, held)
        return UnsafeMutableRawBufferPointer(start: fresh + held, count: bytes)
    }

    private mutating func forget(_ written: Int) {
        count -= written
        writtenBytes += written
        let copied = min(written, end - start)
        start += copied
        if start == end {
            (start, end) = (0, 0)
            letGo()
        }
        var rest = written - copied
        while rest > 0, let bytes = pieces.first?.readableBytes {
            guard bytes > rest else {
                rest -= bytes
                spareMemory.give(pieces.removeFirst())
                continue
            }
            pieces[pieces.startIndex].moveReaderIndex(forwardBy: rest)
            rest = 0
        }
    }

    /// Gives back what a burst has made large.
    private mutating func letGo() {
        guard capacity > Self.keptBytes else { return }
        memory?.deallocate()
        memory = nil
        capacity = 0
    }
}

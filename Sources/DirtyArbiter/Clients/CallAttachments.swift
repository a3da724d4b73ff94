import DirtyWire
import NIOCore

/// What a request brings besides its texts; most bring nothing.
final class CallAttachments {
    /// How long each attachment is.
    let sizes: [Int]
    /// The bytes of those that came with the request; nil if none did.
    @exclusivity(unchecked) private(set) var bytes: ByteBuffer?
    /// The memory that the client shares with the worker; nil if it shares none.
    let sharedMemory: LaneSharedMemory?

    /// Where the memory of ``bytes`` may be needed again; nil if there is none.
    private let pollLoop: PollLoop?

    private init(
        _ sizes: [Int],
        _ bytes: ByteBuffer?,
        _ sharedMemory: LaneSharedMemory?,
        _ pollLoop: PollLoop?
    ) {
        self.sizes = sizes
        self.bytes = bytes
        self.sharedMemory = sharedMemory
        self.pollLoop = pollLoop
    }

    deinit {
        guard let pollLoop, pollLoop.inEventLoop, let bytes = bytes.take() else { return }
        // Consumed, as it is kept only if nobody else holds it.
        pollLoop.spareMemory.give(consume bytes)
    }

    /// These, of a call on `pollLoop`; nil if there is nothing of them.
    ///
    /// No initializer, because one that may fail allocates first.
    static func of(
        sizes: [Int],
        bytes: ByteBuffer?,
        sharedMemory: LaneSharedMemory?,
        on pollLoop: PollLoop
    ) -> CallAttachments? {
        guard !sizes.isEmpty || bytes != nil || sharedMemory != nil else { return nil }
        return CallAttachments(sizes, bytes, sharedMemory, bytes == nil ? nil : pollLoop)
    }

    /// The length of what is said of them before the texts.
    var headBytes: Int {
        8 * sizes.count + (sharedMemory?.bytes ?? 0)
    }

    /// Writes what is said of them into `space`, which has ``headBytes`` at least.
    func encode(into space: UnsafeMutableRawBufferPointer) {
        var position = 0
        for size in sizes {
            space.storeBytes(of: UInt64(size).littleEndian, toByteOffset: position, as: UInt64.self)
            position += 8
        }
        sharedMemory?.encode(into: UnsafeMutableRawBufferPointer(rebasing: space[position...]))
    }
}

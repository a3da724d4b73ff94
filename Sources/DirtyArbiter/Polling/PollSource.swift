import CDirtyLink
import Glibc

/// A descriptor that the arbiter's loop waits for.
///
/// Lives on that loop, which keeps it until it is closed.
class PollSource {
    /// The descriptor; owned, and closed by ``close()``.
    let descriptor: Int32
    /// The loop that it is on, or is to be.
    unowned(unsafe) let pollLoop: PollLoop
    /// Whether the descriptor is still ours.
    @exclusivity(unchecked) private(set) final var isOpen = true
    @exclusivity(unchecked) private var events: UInt32 = 0
    private var isAdded = false
    private var isParked = false

    /// A source that waits for nothing yet.
    init(descriptor: Int32, on pollLoop: PollLoop) {
        self.descriptor = descriptor
        self.pollLoop = pollLoop
    }

    /// Begins to wait for something to read.
    ///
    /// - Throws: ``ArbiterError`` if the kernel refuses; the descriptor is closed then.
    final func start() throws(ArbiterError) {
        events = DIRTY_POLL_READABLE
        let result = pollLoop.add(self, events: events)
        guard result == 0 else {
            close()
            throw ArbiterError(.environment, "can't wait for a descriptor: \(errorText(-result))")
        }
        isAdded = true
    }

    /// Waits, from now on, for just what is named here, and for the end.
    final func wait(readable: Bool, writable: Bool) {
        let wanted = (readable ? DIRTY_POLL_READABLE : 0) | (writable ? DIRTY_POLL_WRITABLE : 0)
        guard wanted != events || isParked, isOpen, isAdded else { return }
        events = wanted
        if !isParked {
            pollLoop.change(self, events: wanted)
        } else if readable {
            isParked = false
            pollLoop.unpark(self, events: wanted)
        }
    }

    /// Waits for nothing, not even for the end, until there is to be read again.
    final func park() {
        // A closed one's number may be another's by now.
        guard isOpen, isAdded, !isParked else { return }
        isParked = true
        pollLoop.park(self)
    }

    /// How many bytes the kernel holds that can be read right now.
    final var readableBytes: Int {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// Something of `DIRTY_POLL_…` has happened.
    func happened(_ events: UInt32) {}

    /// Waits no more, and closes the descriptor; nothing happens a second time.
    final func close() {
        guard isOpen else { return }
        isOpen = false
        if isAdded { pollLoop.remove(self) }
        Glibc.close(descriptor)
        wasClosed()
    }

    /// The descriptor is closed, whoever did it.
    func wasClosed() {}
}

import CDirtyLink
import Glibc
import NIOCore

/// A connected stream socket on the arbiter's loop: hands on what is read, and sends what is written.
///
/// What is written is sent at the end of the loop's turn, or by ``flush()``; what the other end doesn't take is kept.
class StreamSocket: PollSource {
    /// Reads in one turn: so many others wait meanwhile.
    private static let readsPerTurn = 16

    @exclusivity(unchecked) private var outgoing: OutgoingBytes
    /// Whether it is among those that send at the end of the turn, and the one after it there.
    @exclusivity(unchecked) private var isFlushAwaited = false
    @exclusivity(unchecked) final var nextUnflushed: StreamSocket?
    /// Whether what is written is sent before the end of the turn.
    @exclusivity(unchecked) private var sendsAtOnce = false
    @exclusivity(unchecked) private var isBlocked = false
    @exclusivity(unchecked) private var isReading = true
    @exclusivity(unchecked) private var isInputOver = false
    /// Whether it closes when everything written is taken.
    @exclusivity(unchecked) private var isEnding = false
    @exclusivity(unchecked) private var highBytes = Int.max
    private var lowBytes = 0
    @exclusivity(unchecked) private var isOverfull = false

    override init(descriptor: Int32, on pollLoop: PollLoop) {
        outgoing = OutgoingBytes(spareMemory: pollLoop.spareMemory)
        super.init(descriptor: descriptor, on: pollLoop)
    }

    /// Bytes written that the other end hasn't taken.
    final var unsentBytes: Int { outgoing.count }
    /// Bytes that it has taken since the beginning.
    final var sentBytes: Int { outgoing.writtenBytes }

    /// Has ``fullnessChanged(_:)`` called when more than `high` bytes wait, and when less than `low` do again.
    final func mark(low: Int, high: Int) {
        (lowBytes, highBytes) = (low, high)
    }

    // MARK: What happens

    /// Bytes have come; they are borrowed for the call.
    func received(_ bytes: UnsafeRawBufferPointer) {}

    /// Reads once, by `read`, and takes in what comes; returns what `read` did.
    ///
    /// It reads to `space`, unless it is overridden by who knows where the bytes are to be in the end.
    func receive(
        in space: UnsafeMutableRawBufferPointer,
        _ read: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Int {
        let count = read(space)
        if count > 0 { received(UnsafeRawBufferPointer(rebasing: space[..<count])) }
        return count
    }

    /// The other end sends no more, but may still read.
    func inputEnded() {}

    /// Too much waits to be taken, or no longer.
    func fullnessChanged(_ isFull: Bool) {}

    final override func happened(_ events: UInt32) {
        if events & DIRTY_POLL_WRITABLE != 0 { flush() }
        guard isOpen else { return }
        if events & (DIRTY_POLL_READABLE | DIRTY_POLL_HUNG_UP | DIRTY_POLL_FAILED) != 0 {
            readable(isGone: events & (DIRTY_POLL_HUNG_UP | DIRTY_POLL_FAILED) != 0)
        }
    }

    private func readable(isGone: Bool) {
        if isReading, !isInputOver {
            for _ in 0..<Self.readsPerTurn {
                let (count, isFull) = readOnce(to: pollLoop.space)
                guard isOpen else { return }
                if count == 0 {
                    isInputOver = true
                    if !isGone {
                        awaitEvents()
                        inputEnded()
                    }
                    break
                }
                if count < 0 {
                    if count == -Int(EAGAIN) { break }
                    return close()
                }
                // A read that left room has taken all there was; but of one who is gone everything is taken.
                guard isReading, isFull || isGone else { break }
            }
        }
        guard isGone, isOpen else { return }
        if isInputOver || isEnding {
            close()
        } else if !isReading {
            // What it has left is read later. That it is gone would be told at every turn until then.
            park()
        }
    }

    /// Reads once; the bytes read, 0 at the end, or `-errno`, and whether there may be more.
    private func readOnce(to space: UnsafeMutableRawBufferPointer) -> (count: Int, isFull: Bool) {
        var isFull = false
        let count = receive(in: space) { space in
            let count = retryingInterrupts {
                recv(descriptor, space.baseAddress, space.count, Int32(MSG_DONTWAIT))
            }
            isFull = count == space.count
            return count < 0 ? -Int(errno) : count
        }
        return (count, isFull)
    }

    /// Takes in whatever the kernel holds right now, without waiting for the loop's next turn.
    func drain() {
        guard isOpen else { return }
        // What comes meanwhile can wait: who never stops would stop the loop.
        var left = readableBytes
        // In memory of its own: the loop's may be in use further out, by who has this done.
        withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 16) { space in
            while left > 0, isOpen {
                let count = readOnce(to: space).count
                guard count > 0 else { return }
                left -= count
            }
        }
    }

    /// Lets the other end send no more, and takes in what it has sent by now.
    final func drainToEnd() {
        guard isOpen else { return }
        shutdown(descriptor, Int32(SHUT_RD))
        drain()
    }

    /// Stops reading, or goes on.
    final func setReading(_ reads: Bool) {
        isReading = reads
        awaitEvents()
    }

    // MARK: Writing

    /// Writes `bytes` bytes, which `fill` provides.
    final func write(_ bytes: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        guard isOpen else { return }
        outgoing.append(bytes, fill)
        wrote()
    }

    /// Writes a piece.
    final func write(_ piece: ByteBuffer) {
        guard isOpen else { return }
        outgoing.append(piece)
        wrote()
    }

    private func wrote() {
        if outgoing.count > highBytes, !isOverfull { noteFullness() }
        guard !isFlushAwaited, !sendsAtOnce, !isBlocked else { return }
        isFlushAwaited = true
        pollLoop.flushLater(self)
    }

    /// Sends what `write` writes as soon as that has been done, not at the end of the turn.
    final func atOnce(_ write: () -> Void) {
        sendsAtOnce = true
        write()
        sendsAtOnce = false
        flush()
    }

    /// Sends what has been written: the end of the turn has come.
    final func flushAwaited() {
        isFlushAwaited = false
        flush()
    }

    /// Sends what has been written, as far as the other end takes it.
    final func flush() {
        guard isOpen else { return }
        switch outgoing.write(to: descriptor) {
        case .done:
            setBlocked(false)
            if isEnding {
                discardInput()
                return close()
            }
        case .blocked:
            setBlocked(true)
        case .failed:
            // It may have said something before it went.
            if !isEnding { drain() }
            return close()
        }
        if isOverfull || outgoing.count > highBytes { noteFullness() }
    }

    /// Closes the socket once everything written has been taken; reads nothing more.
    final func end() {
        guard isOpen, !isEnding else { return }
        isEnding = true
        isReading = false
        flush()
        if isOpen { awaitEvents() }
    }

    /// Throws away what the other end has sent, and lets it send no more.
    ///
    /// Bytes left unread would reset the connection, and the other end may see that before what it is owed.
    private func discardInput() {
        shutdown(descriptor, Int32(SHUT_RD))
        withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 16) { space in
            while retryingInterrupts({ recv(descriptor, space.baseAddress, space.count, Int32(MSG_DONTWAIT)) }) > 0 {}
        }
    }

    private func setBlocked(_ blocked: Bool) {
        guard blocked != isBlocked else { return }
        isBlocked = blocked
        awaitEvents()
    }

    private func awaitEvents() {
        wait(readable: isReading && !isInputOver, writable: isBlocked)
    }

    private func noteFullness() {
        let isFull = outgoing.count > 0 && (isOverfull ? outgoing.count >= lowBytes : outgoing.count > highBytes)
        guard isFull != isOverfull else { return }
        isOverfull = isFull
        fullnessChanged(isFull)
    }

    override func wasClosed() {
        outgoing.removeAll()
    }
}

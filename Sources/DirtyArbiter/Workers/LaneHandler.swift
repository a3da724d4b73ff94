import ArbiterCore
import DirtyWire
import NIOCore

/// The arbiter's end of one lane: writes requests, and cuts what comes back into reply frames.
///
/// Lives on the arbiter's event loop.
final class LaneHandler: StreamSocket {
    /// Which lane it is.
    let lane: LaneID
    private unowned(unsafe) let loop: ArbiterLoop
    @exclusivity(unchecked) private var frames: LaneFrames
    private var isReleased = false

    /// The lane behind `descriptor`, which it owns.
    init(lane: LaneID, descriptor: Int32, loop: ArbiterLoop) {
        self.lane = lane
        self.loop = loop
        frames = LaneFrames(spareMemory: loop.eventLoop.spareMemory)
        super.init(descriptor: descriptor, on: loop.eventLoop)
    }

    override func received(_ bytes: UnsafeRawBufferPointer) {
        frames.take(bytes)
        handOn()
    }

    override func receive(
        in space: UnsafeMutableRawBufferPointer,
        _ read: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Int {
        guard let count = frames.receive(read) else { return super.receive(in: space, read) }
        if count > 0 { handOn() }
        return count
    }

    override func drain() {
        // A frame may have this done that was read together with others.
        handOn()
        super.drain()
    }

    override func inputEnded() {
        // A worker that dies, or has closed the lane: its exit says all there is to say.
        close()
    }

    override func wasClosed() {
        super.wasClosed()
        if !isReleased { loop.laneClosed(lane) }
    }

    /// Closes our end, which tells the worker to end the lane.
    func release() {
        isReleased = true
        close()
    }

    /// Hands on the frames that have come whole; one of them may lead back here.
    private func handOn() {
        while isOpen, let next = frames.next() {
            switch next {
            case .frame(let frame):
                loop.laneReplied(lane, frame)
            case .nonsense:
                loop.laneBroke(lane)
                close()
            }
        }
    }
}

/// A set of lanes of one worker, without memory of its own.
struct LaneSet: Sendable {
    /// The most lanes that a worker can have: calls' ids on the link name the lane by eight bits.
    static let limit = 256

    private var words = InlineArray<4, UInt64>(repeating: 0)
    private(set) var count: Int

    /// All lanes from 0 up to `count`.
    init(allOf count: Int) {
        precondition(count <= Self.limit, "a worker has \(count) lanes, of \(Self.limit) at most")
        self.count = 0
        for lane in 0..<count { insert(lane) }
    }

    /// Whether there is no lane in it.
    var isEmpty: Bool { count == 0 }

    /// The lane with the highest number: lane 0 stays for pinned apps as long as it can.
    var last: Int? {
        for index in words.indices.reversed() where words[index] != 0 {
            return 64 * index + 63 - words[index].leadingZeroBitCount
        }
        return nil
    }

    /// Whether the lane is in it.
    func contains(_ lane: Int) -> Bool {
        words[lane / 64] & (1 << UInt64(lane % 64)) != 0
    }

    /// Adds a lane that isn't in it.
    mutating func insert(_ lane: Int) {
        precondition(!contains(lane), "lane \(lane) is in the set already")
        words[lane / 64] |= 1 << UInt64(lane % 64)
        count += 1
    }

    /// Removes a lane that is in it.
    mutating func remove(_ lane: Int) {
        precondition(contains(lane), "lane \(lane) isn't in the set")
        words[lane / 64] &= ~(1 << UInt64(lane % 64))
        count -= 1
    }
}

/// A set of lanes of one worker.
struct LaneSet: Hashable, Sendable {
    private var words: ContiguousArray<UInt64>
    private(set) var count: Int

    /// All lanes from 0 up to `count`.
    init(allOf count: Int) {
        words = ContiguousArray(repeating: .max, count: (count + 63) / 64)
        if count % 64 > 0 {
            words[words.count - 1] = (1 << UInt64(count % 64)) - 1
        }
        self.count = count
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

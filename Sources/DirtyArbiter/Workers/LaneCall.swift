/// A call's id as lanes and the shared page carry it: the core's sequence above eight bits that name the lane.
enum LaneCall {
    /// The id of the call `sequence` on lane `lane`.
    static func wireID(sequence: UInt64, lane: Int) -> UInt64 {
        sequence << 8 | UInt64(lane)
    }

    /// The core's sequence in `wireID`.
    static func sequence(of wireID: UInt64) -> UInt64 {
        wireID >> 8
    }
}

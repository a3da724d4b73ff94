/// A lane by its place in the table of workers.
struct LanePlace: Hashable, Sendable {
    /// The worker's place.
    let worker: Int
    /// The lane's number within its worker.
    let lane: Int
}

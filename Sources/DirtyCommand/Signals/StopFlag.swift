import Synchronization

/// Says from a thread to another that it is time to stop.
final class StopFlag: Sendable {
    private let flag = Atomic(false)

    /// Whether it has been said.
    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Says so.
    func set() { flag.store(true, ordering: .relaxed) }
}

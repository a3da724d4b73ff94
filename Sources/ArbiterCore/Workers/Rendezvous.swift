/// Rendezvous hashing: every key ranks the slots in its own order and takes the best one there is.
///
/// When a slot goes, only its own keys move; when it comes back, exactly they return.
enum Rendezvous {
    /// The slot for the key among those offered; nil if none is.
    static func slot(for key: UInt64, among slots: some Sequence<Int>) -> Int? {
        slots.max { rank(key, $0) < rank(key, $1) }
    }

    private static func rank(_ key: UInt64, _ slot: Int) -> UInt64 {
        RandomSource.mixed(key ^ RandomSource.mixed(UInt64(slot) &+ 1))
    }
}

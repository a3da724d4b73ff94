/// Turns a client's affinity key into the number that the core chooses a slot by.
enum AffinityKey {
    /// FNV-1a, 64 bits: the same key gives the same number in every run, so a restarted arbiter chooses the same slots.
    ///
    /// Source of the constants: Fowler, Noll, Vo, draft-eastlake-fnv.
    static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return hash
    }
}

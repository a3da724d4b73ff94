import NIOCore

/// Large memory that has served, kept for a moment for what comes next.
///
/// The kernel clears what it gives, and that was a third of the time of a call with 64 MiB. What nobody has asked for
/// between two sweeps is freed. Given are attachments and answers; the texts of a request, which are held in slices, are not.
///
/// On the loop's thread.
final class SpareMemory {
    /// Memory from this size on is kept; for less, malloc asks the kernel rarely.
    static let smallestBytes = 1 << 23
    /// No more than this is ever kept in all.
    static let mostBytesEver = 1 << 29
    /// No more pieces than this are kept.
    static let mostPieces = 4
    /// Memory of more than so many times what is needed isn't taken for it.
    ///
    /// That of the next power of two, which a buffer asks for, still is.
    private static let waste = 2
    /// The time between two sweeps.
    static let period = TimeAmount.seconds(1)

    /// What is there; the last was in use last.
    private var pieces: [ByteBuffer] = []
    /// The fewest there were since the last sweep: so many weren't needed.
    private var unneeded = 0
    private var isSweepAwaited = false
    private let later: (_ sweep: @escaping () -> Void) -> Void

    /// No more than this is kept in all, in bytes; at most ``mostBytesEver``, which it is at first.
    var mostBytes = mostBytesEver {
        didSet { mostBytes = min(mostBytes, Self.mostBytesEver) }
    }

    /// - Parameter later: Has `sweep` done after ``period``.
    init(later: @escaping (_ sweep: @escaping () -> Void) -> Void) {
        self.later = later
    }

    /// What is kept, in bytes.
    var keptBytes: Int { pieces.reduce(0) { $0 + $1.storageCapacity } }

    /// Memory for `bytes` bytes, empty; nil if there is none that fits.
    func take(_ bytes: Int) -> ByteBuffer? {
        let fitting = pieces.lastIndex { $0.storageCapacity >= bytes && $0.storageCapacity / Self.waste <= bytes }
        guard let fitting else { return nil }
        let piece = pieces.remove(at: fitting)
        unneeded = min(unneeded, pieces.count)
        return piece
    }

    /// Keeps the memory of `piece`, if it is large and nobody else holds it.
    func give(_ piece: consuming ByteBuffer) {
        let bytes = piece.storageCapacity
        guard bytes >= Self.smallestBytes, pieces.count < Self.mostPieces, keptBytes + bytes <= mostBytes,
            piece.modifyIfUniquelyOwned({ $0.clear() }) != nil
        else { return }
        pieces.append(piece)
        awaitSweep()
    }

    private func awaitSweep() {
        guard !isSweepAwaited, !pieces.isEmpty else { return }
        isSweepAwaited = true
        later { [weak self] in self?.sweep() }
    }

    private func sweep() {
        isSweepAwaited = false
        pieces.removeFirst(unneeded)
        unneeded = pieces.count
        awaitSweep()
    }
}

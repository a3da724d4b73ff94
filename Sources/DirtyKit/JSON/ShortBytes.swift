/// A few bytes, held without an allocation.
struct ShortBytes: Sendable {
    /// The most bytes it can hold.
    static let capacity = 23

    private var bytes = InlineArray<23, UInt8>(repeating: 0)
    private let count: UInt8

    /// A copy of `source`; nil if that is too long.
    init?(_ source: UnsafeRawBufferPointer) {
        guard source.count <= Self.capacity else { return nil }
        count = UInt8(source.count)
        Swift.withUnsafeMutableBytes(of: &bytes) { $0.copyMemory(from: source) }
    }

    /// Lends the bytes for the duration of `body`.
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: bytes) {
            try body(UnsafeRawBufferPointer(start: $0.baseAddress, count: Int(count)))
        }
    }
}

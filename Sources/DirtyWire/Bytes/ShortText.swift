/// Up to sixteen bytes of text, held without allocation; of longer text it keeps only that it is longer.
struct ShortText: Sendable {
    /// The most bytes it can hold.
    static let capacity = 16

    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// How many bytes it has; above ``capacity`` if they were too many or not text it can hold.
    private(set) var count = 0

    /// Appends bytes.
    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard count == 0, bytes.count <= Self.capacity else { return appendSingly(bytes) }
        self = ShortText(packing: bytes)
    }

    /// Appends one byte.
    mutating func append(_ byte: UInt8) {
        if count < 8 {
            low |= UInt64(byte) << UInt64(8 * count)
        } else if count < Self.capacity {
            high |= UInt64(byte) << UInt64(8 * (count - 8))
        } else {
            return spoil()
        }
        count += 1
    }

    /// Makes it equal to no text, whatever is appended.
    mutating func spoil() {
        count = Self.capacity + 1
    }

    /// Whether it holds just `text`, which is ASCII of at most sixteen bytes.
    @inline(__always)
    static func == (left: ShortText, text: StaticString) -> Bool {
        let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        let right = ShortText(packing: bytes)
        return left.count == right.count && left.low == right.low && left.high == right.high
    }

    init() {}

    /// Text of at most sixteen bytes, packed with few loads: they overlap rather than run past the end.
    @inline(__always)
    private init(packing bytes: UnsafeRawBufferPointer) {
        count = bytes.count
        switch count {
        case 8...16:
            low = bytes.littleEndian(at: 0)
            let last: UInt64 = bytes.littleEndian(at: count &- 8)
            high = count == 8 ? 0 : last &>> UInt64(truncatingIfNeeded: 8 &* (16 &- count))
        case 4..<8:
            let first: UInt32 = bytes.littleEndian(at: 0)
            let last: UInt32 = bytes.littleEndian(at: count &- 4)
            low = UInt64(first) | UInt64(last) &<< UInt64(truncatingIfNeeded: 8 &* (count &- 4))
        case 1..<4:
            low = UInt64(bytes[0])
            low |= UInt64(bytes[count &>> 1]) &<< UInt64(truncatingIfNeeded: 8 &* (count &>> 1))
            low |= UInt64(bytes[count &- 1]) &<< UInt64(truncatingIfNeeded: 8 &* (count &- 1))
        default:
            break
        }
    }

    private mutating func appendSingly(_ bytes: UnsafeRawBufferPointer) {
        guard count + bytes.count <= Self.capacity else { return spoil() }
        for byte in bytes {
            append(byte)
        }
    }
}

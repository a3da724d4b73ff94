/// Reads GD values that a ``GDMachine`` has found valid, and trusts them.
struct GDReader {
    /// One value, or the beginning of a container.
    enum Item {
        case none
        case bool(Bool)
        case int(Int64)
        case float(Double)
        case bytes(UnsafeRawBufferPointer)
        case string(UnsafeRawBufferPointer)
        /// So many values follow.
        case list(Int)
        /// So many pairs of a string and a value follow.
        case dict(Int)
    }

    private let value: UnsafeRawBufferPointer
    private(set) var position = 0

    /// A reader of `value`; throws if it is not one GD value with at most `maxDepth` containers within each other.
    init(checking value: UnsafeRawBufferPointer, maxDepth: Int) throws(GDError) {
        var machine = GDMachine(maxDepth: maxDepth)
        var sink = GDNullSink()
        try machine.feed(value, to: &sink)
        try machine.finish()
        self.value = value
    }

    /// Reads the next value, of a container only its beginning.
    mutating func next() -> Item {
        let tag = GDTag(rawValue: value[position])
        position += 1
        switch tag {
        case .bool:
            position += 1
            return .bool(value[position - 1] != 0)
        case .int:
            return .int(integer())
        case .float:
            return .float(Double(bitPattern: integer()))
        case .bytes:
            return .bytes(content())
        case .string:
            return .string(content())
        case .list:
            return .list(Int(integer(as: UInt32.self)))
        case .dict:
            return .dict(Int(integer(as: UInt32.self)))
        case .some(.none), nil:
            return .none
        }
    }

    private mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(as type: T.Type = T.self) -> T {
        defer { position += MemoryLayout<T>.size }
        return value.bigEndian(at: position)
    }

    private mutating func content() -> UnsafeRawBufferPointer {
        let count = Int(integer(as: UInt32.self))
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: value[position..<position + count])
    }
}

/// Where the value of each parameter stands: at an offset of the positional arguments, or, as its complement, of the
/// named ones.
struct ArgumentSlots: ~Copyable {
    /// Stands for the place of a value that wasn't given.
    static let missing = Int.min
    /// So many parameters have their slots in here; those of actions with more are allocated.
    private static let inPlace = 4

    let count: Int
    private var first = InlineArray<4, Int>(repeating: missing)
    private let rest: UnsafeMutableBufferPointer<Int>?

    /// Slots for `count` parameters, none of which has a value yet.
    @inline(__always)
    init(count: Int) {
        self.count = count
        rest = count > Self.inPlace ? Self.allocate(count - Self.inPlace) : nil
    }

    private static func allocate(_ count: Int) -> UnsafeMutableBufferPointer<Int> {
        let slots = UnsafeMutableBufferPointer<Int>.allocate(capacity: count)
        slots.initialize(repeating: missing)
        return slots
    }

    deinit {
        rest?.deallocate()
    }

    subscript(index: Int) -> Int {
        get { index < Self.inPlace ? first[index] : rest![index - Self.inPlace] }
        set {
            if index < Self.inPlace { first[index] = newValue } else { rest![index - Self.inPlace] = newValue }
        }
    }
}

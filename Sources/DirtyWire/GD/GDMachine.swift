/// Checks one GD value that comes in pieces, cut anywhere.
///
/// It allocates only to remember open containers, and keeps that memory for the next value. After an error it is of no
/// more use until ``reset()``.
struct GDMachine: Sendable {
    /// What is read next.
    private enum State: UInt8 {
        // A value's or key's first byte; a boolean's byte; a length or count, byte by byte.
        case tag, bool, length
        // Bytes that can be anything, and bytes of a string.
        case skip, text
        case done
    }

    /// A list or dictionary that is not complete.
    private struct Container {
        var isDict = false
        /// How many values have to come yet, keys counted too.
        var slots: UInt32 = 0

        /// Whether what comes next, or is being read, is a key.
        var isAtKey: Bool { isDict && slots & 1 == 0 }
    }

    private let maxDepth: Int
    private var state = State.tag
    private var tag = GDTag.none
    private var depth = 0
    private var innermost = Container()
    /// The containers around the innermost one; the first stands for no container at all.
    private var outer: ContiguousArray<Container> = []
    /// How many bytes of the length, of what is skipped, or of the string have to come yet.
    private var left = 0
    private var length: UInt32 = 0
    private var utf8Rest = UTF8Rest()
    /// Where the value being read began.
    private var tagOffset = 0
    /// The length of all pieces so far, the current one not counted.
    private var offset = 0

    /// A machine at the start of a value, in which `maxDepth` containers may lie within each other.
    init(maxDepth: Int = GDLimits.depth) {
        self.maxDepth = maxDepth
    }

    /// Makes ready for another value.
    mutating func reset() {
        state = .tag
        depth = 0
        innermost = Container()
        outer.removeAll(keepingCapacity: true)
        utf8Rest = UTF8Rest()
        offset = 0
    }

    /// Reads the next piece of the value.
    mutating func feed<Sink: GDSink>(_ piece: UnsafeRawBufferPointer, to sink: inout Sink) throws(GDError) {
        let end = piece.count
        var position = 0
        var state = state
        while position < end {
            switch state {
            case .tag:
                position &+= 1
                state = try begin(piece[position &- 1], before: position, &sink)
            case .bool:
                guard piece[position] <= 1 else { throw GDError(.badBool(piece[position]), at: offset &+ position) }
                position &+= 1
                state = endValue(before: position, &sink)
            case .length:
                if left == 4, position &+ 4 <= end {
                    length = piece.bigEndian(at: position)
                    position &+= 4
                    left = 0
                } else {
                    length = length << 8 | UInt32(piece[position])
                    position &+= 1
                    left &-= 1
                }
                if left == 0 { state = try endLength(before: position, &sink) }
            case .skip:
                let count = min(left, end &- position)
                position &+= count
                left &-= count
                if left == 0 { state = endValue(before: position, &sink) }
            case .text:
                let count = min(left, end &- position)
                let text = UnsafeRawBufferPointer(rebasing: piece[position..<position &+ count])
                try checkText(text, at: offset &+ position)
                if Sink.observes, depth == 1, innermost.isAtKey { sink.nameContinued(text) }
                position &+= count
                left &-= count
                if left == 0 { state = try endText(before: position, &sink) }
            case .done:
                throw GDError(.trailingBytes, at: offset &+ position)
            }
        }
        self.state = state
        offset &+= end
    }

    /// Says that the bytes have ended.
    mutating func finish() throws(GDError) {
        guard state == .done else { throw GDError(.truncated, at: offset) }
    }

    /// Takes the first byte of a value or key; `next` is the position after it.
    @inline(__always)
    private mutating func begin<Sink: GDSink>(
        _ byte: UInt8,
        before next: Int,
        _ sink: inout Sink
    ) throws(GDError) -> State {
        tagOffset = offset &+ next &- 1
        guard let tag = GDTag(rawValue: byte) else { throw GDError(.unknownTag(byte), at: tagOffset) }
        self.tag = tag
        let isKey = innermost.isAtKey
        if isKey, tag != .string { throw GDError(.keyNotString(tag.phrase), at: tagOffset) }
        if Sink.observes {
            switch depth {
            case 0: try sink.rootBegan(tag, at: tagOffset)
            case 1 where isKey: sink.nameBegan(at: tagOffset)
            case 1: sink.valueBegan(tag, at: tagOffset)
            default: break
            }
        }
        switch tag {
        case .none:
            return endValue(before: next, &sink)
        case .bool:
            return .bool
        case .int, .float:
            left = 8
            return .skip
        case .bytes, .string, .list, .dict:
            left = 4
            length = 0
            return .length
        }
    }

    private mutating func endLength<Sink: GDSink>(before next: Int, _ sink: inout Sink) throws(GDError) -> State {
        switch tag {
        case .bytes:
            left = Int(length)
            return left == 0 ? endValue(before: next, &sink) : .skip
        case .string:
            left = Int(length)
            return left == 0 ? try endText(before: next, &sink) : .text
        case .none, .bool, .int, .float:
            preconditionFailure("a length read for \(tag.phrase), which has none")
        case .list, .dict:
            guard length <= GDLimits.items else {
                throw GDError(.tooManyItems(count: Int(length), limit: GDLimits.items), at: tagOffset)
            }
            guard depth < maxDepth else { throw GDError(.tooDeep(limit: maxDepth), at: tagOffset) }
            guard length > 0 else { return endValue(before: next, &sink) }
            outer.append(innermost)
            innermost = Container(isDict: tag == .dict, slots: tag == .dict ? length * 2 : length)
            depth &+= 1
            return .tag
        }
    }

    private mutating func endText<Sink: GDSink>(before next: Int, _ sink: inout Sink) throws(GDError) -> State {
        guard utf8Rest.count == 0 else { throw GDError(.invalidUTF8, at: offset &+ next) }
        if Sink.observes, depth == 1, innermost.isAtKey { try sink.nameEnded() }
        return endValue(before: next, &sink)
    }

    /// Ends a value or key, and with it every container whose last it was.
    @inline(__always)
    private mutating func endValue<Sink: GDSink>(before next: Int, _ sink: inout Sink) -> State {
        if Sink.observes, depth == 1, !innermost.isAtKey { sink.valueEnded(at: offset &+ next) }
        while depth > 0 {
            innermost.slots &-= 1
            guard innermost.slots == 0 else { return .tag }
            innermost = outer.removeLast()
            depth &-= 1
            if Sink.observes, depth == 1 { sink.valueEnded(at: offset &+ next) }
        }
        return .done
    }

    private mutating func checkText(_ text: UnsafeRawBufferPointer, at place: Int) throws(GDError) {
        var position = 0
        while position < text.count {
            if utf8Rest.count > 0 {
                guard utf8Rest.accept(text[position]) else { throw GDError(.invalidUTF8, at: place &+ position) }
                position &+= 1
                continue
            }
            position = UTF8Rest.endOfWhole(text, from: position)
            guard position < text.count else { break }
            guard let rest = UTF8Rest(after: text[position]) else {
                throw GDError(.invalidUTF8, at: place &+ position)
            }
            utf8Rest = rest
            position &+= 1
        }
    }
}

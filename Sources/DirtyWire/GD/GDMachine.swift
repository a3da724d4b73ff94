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
        var isDict: Bool
        /// How many values have to come yet, keys counted too.
        var slots: UInt32
    }

    private let maxDepth: Int
    private var state = State.tag
    private var tag = GDTag.none
    private var containers: ContiguousArray<Container> = []
    /// How many bytes of the length, of what is skipped, or of the string have to come yet.
    private var left = 0
    private var length: UInt32 = 0
    private var utf8Rest = UTF8Rest()
    /// Where the value being read began.
    private var tagOffset = 0
    /// The length of all pieces so far, the current one not counted.
    private var offset = 0

    init(maxDepth: Int = GDLimits.depth) {
        self.maxDepth = maxDepth
    }

    /// Makes ready for another value.
    mutating func reset() {
        state = .tag
        containers.removeAll(keepingCapacity: true)
        utf8Rest = UTF8Rest()
        offset = 0
    }

    /// Reads the next piece of the value.
    mutating func feed<Sink: GDSink>(_ piece: UnsafeRawBufferPointer, to sink: inout Sink) throws(GDError) {
        let end = piece.count
        var position = 0
        while position < end {
            let byte = piece[position]
            switch state {
            case .tag:
                position &+= 1
                try begin(byte, before: position, &sink)
            case .bool:
                guard byte <= 1 else { throw GDError(.badBool(byte), at: offset &+ position) }
                position &+= 1
                try endValue(before: position, &sink)
            case .length:
                position &+= 1
                length = length << 8 | UInt32(byte)
                left &-= 1
                if left == 0 { try endLength(before: position, &sink) }
            case .skip:
                let count = min(left, end &- position)
                position &+= count
                left &-= count
                if left == 0 { try endValue(before: position, &sink) }
            case .text:
                let count = min(left, end &- position)
                let text = UnsafeRawBufferPointer(rebasing: piece[position..<position &+ count])
                try checkText(text, at: offset &+ position)
                if Sink.observes, isTopLevelName { sink.nameContinued(text) }
                position &+= count
                left &-= count
                if left == 0 { try endText(before: position, &sink) }
            case .done:
                throw GDError(.trailingBytes, at: offset &+ position)
            }
        }
        offset &+= end
    }

    /// Says that the bytes have ended.
    mutating func finish() throws(GDError) {
        guard state == .done else { throw GDError(.truncated, at: offset) }
    }

    /// Whether the value being read is a key of a dictionary.
    private var isKey: Bool {
        guard let container = containers.last else { return false }
        return container.isDict && container.slots & 1 == 0
    }

    private var isTopLevelName: Bool {
        containers.count == 1 && isKey
    }

    @inline(__always)
    private mutating func begin<Sink: GDSink>(
        _ byte: UInt8,
        before next: Int,
        _ sink: inout Sink
    ) throws(GDError) {
        tagOffset = offset &+ next &- 1
        guard let tag = GDTag(rawValue: byte) else { throw GDError(.unknownTag(byte), at: tagOffset) }
        self.tag = tag
        let isKey = isKey
        if isKey, tag != .string { throw GDError(.keyNotString(tag.phrase), at: tagOffset) }
        if Sink.observes {
            switch containers.count {
            case 0: try sink.rootBegan(tag, at: tagOffset)
            case 1 where isKey: sink.nameBegan(at: tagOffset)
            case 1: sink.valueBegan(tag, at: tagOffset)
            default: break
            }
        }
        switch tag {
        case .none:
            try endValue(before: next, &sink)
        case .bool:
            state = .bool
        case .int, .float:
            left = 8
            state = .skip
        case .bytes, .string, .list, .dict:
            left = 4
            length = 0
            state = .length
        }
    }

    private mutating func endLength<Sink: GDSink>(before next: Int, _ sink: inout Sink) throws(GDError) {
        switch tag {
        case .bytes:
            left = Int(length)
            if left == 0 { try endValue(before: next, &sink) } else { state = .skip }
        case .string:
            left = Int(length)
            if left == 0 { try endText(before: next, &sink) } else { state = .text }
        default:
            guard length <= GDLimits.items else {
                throw GDError(.tooManyItems(count: Int(length), limit: GDLimits.items), at: tagOffset)
            }
            guard containers.count < maxDepth else { throw GDError(.tooDeep(limit: maxDepth), at: tagOffset) }
            if length == 0 {
                try endValue(before: next, &sink)
            } else {
                containers.append(Container(isDict: tag == .dict, slots: tag == .dict ? length * 2 : length))
                state = .tag
            }
        }
    }

    private mutating func endText<Sink: GDSink>(before next: Int, _ sink: inout Sink) throws(GDError) {
        guard utf8Rest.count == 0 else { throw GDError(.invalidUTF8, at: offset &+ next) }
        if Sink.observes, isTopLevelName { try sink.nameEnded() }
        try endValue(before: next, &sink)
    }

    /// Ends a value or key, and with it every container whose last it was.
    @inline(__always)
    private mutating func endValue<Sink: GDSink>(before next: Int, _ sink: inout Sink) throws(GDError) {
        if Sink.observes, containers.count == 1, !isKey { sink.valueEnded(at: offset &+ next) }
        while !containers.isEmpty {
            let last = containers.count &- 1
            containers[last].slots &-= 1
            guard containers[last].slots == 0 else {
                state = .tag
                return
            }
            containers.removeLast()
            if Sink.observes, containers.count == 1 { sink.valueEnded(at: offset &+ next) }
        }
        state = .done
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

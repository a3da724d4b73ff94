/// The grammar of RFC 8259 as a machine that takes a text in pieces, cut anywhere, and allocates nothing.
///
/// It is the one place that knows what JSON is: whoever builds values from a text has it checked here first. After an
/// error the machine is of no more use. What is inlined is said everywhere, as the inliner's own choice changes with
/// unrelated code and costs up to a third.
struct JSONMachine {
    /// How many containers may lie within each other at most.
    static let depthLimit = 512

    /// What is read next.
    private enum State: UInt8 {
        // Between tokens.
        case root, value, elementOrEnd, memberOrEnd, memberName, colon, commaOrArrayEnd, commaOrObjectEnd, done
        // In a string: its body, the rest of a UTF-8 sequence, an escape's letter, its digits, the start of a low
        // surrogate.
        case string, utf8, escape, hexDigits, lowBackslash, lowLetter
        // In a number, named after what was read last.
        case minus, zero, integer, point, fraction, exponentMark, exponentSign, exponent
        // In true, false or null.
        case literal
    }

    private let maxDepth: Int
    private var state = State.root
    private var depth = 0
    private var inObject = false
    /// Whether each container around the innermost one is an object, a bit each.
    private var outerObjects = InlineArray<8, UInt64>(repeating: 0)
    /// The length of all pieces so far, the current one not counted.
    private var offset = 0

    private var stringIsName = false
    private var stringHasEscapes = false
    private var escapeOffset = 0
    private var hexDigitsLeft: UInt8 = 0
    private var codeUnit: UInt16 = 0
    private var needsLowSurrogate = false
    private var utf8Rest = UTF8Rest()
    /// What must come yet of a literal, the next byte lowest.
    private var literalRest: UInt32 = 0

    /// A machine at the start of a text, in which `maxDepth` containers may lie within each other, and 512 at most.
    @inline(__always)
    init(maxDepth: Int = depthLimit) {
        self.maxDepth = min(maxDepth, Self.depthLimit)
    }

    /// Makes ready for the next text; what isn't set here is set before it is asked for.
    mutating func reset() {
        state = .root
        depth = 0
        inObject = false
        offset = 0
    }

    /// Reads the next piece of the text.
    mutating func feed<Sink: JSONSink>(_ piece: UnsafeRawBufferPointer, to sink: inout Sink) throws(JSONError) {
        let end = piece.count
        var position = 0
        var state = state
        while position < end {
            let byte = piece[position]
            switch state {
            case .string:
                let stop = JSONBytes.endOfPlain(piece, from: position)
                if Sink.observes, sink.isCapturing {
                    sink.capture(UnsafeRawBufferPointer(rebasing: piece[position..<stop]))
                }
                position = stop
                guard stop < end else { break }
                if piece[stop] == UInt8(ascii: "\"") {
                    position &+= 1
                    state = try endString(before: position, &sink)
                    // Nearly always it comes next: a turn of the loop less for each member.
                    if state == .colon, position < end, piece[position] == UInt8(ascii: ":") {
                        position &+= 1
                        state = .value
                    }
                } else {
                    position = skipOddity(piece, from: stop, &sink)
                    guard position == stop else { break }
                    state = try beginOddity(piece[stop], at: offset &+ stop, &sink)
                    position &+= 1
                }

            case .colon:
                position &+= 1
                if byte == UInt8(ascii: ":") {
                    state = .value
                } else if !JSONBytes.isSpace(byte) {
                    throw unexpected(byte, at: position &- 1, .colon)
                }

            case .commaOrObjectEnd:
                position &+= 1
                if byte == UInt8(ascii: ",") {
                    state = .memberName
                    if position < end, piece[position] == UInt8(ascii: "\"") {
                        if Sink.observes, depth == 1 { sink.nameBegan(at: offset &+ position) }
                        position &+= 1
                        state = beginString(isName: true)
                    }
                } else if byte == UInt8(ascii: "}") {
                    state = close(before: position, &sink)
                } else if !JSONBytes.isSpace(byte) {
                    throw unexpected(byte, at: position &- 1, .commaOrObjectEnd)
                }

            case .commaOrArrayEnd:
                position &+= 1
                if byte == UInt8(ascii: ",") {
                    state = .value
                } else if byte == UInt8(ascii: "]") {
                    state = close(before: position, &sink)
                } else if !JSONBytes.isSpace(byte) {
                    throw unexpected(byte, at: position &- 1, .commaOrArrayEnd)
                }

            case .memberName, .memberOrEnd:
                position &+= 1
                if byte == UInt8(ascii: "\"") {
                    if Sink.observes, depth == 1 { sink.nameBegan(at: offset &+ position &- 1) }
                    state = beginString(isName: true)
                } else if byte == UInt8(ascii: "}"), state == .memberOrEnd {
                    state = close(before: position, &sink)
                } else if !JSONBytes.isSpace(byte) {
                    throw unexpected(byte, at: position &- 1, state == .memberOrEnd ? .memberOrEnd : .memberName)
                }

            case .value, .elementOrEnd, .root:
                position &+= 1
                if byte == UInt8(ascii: "\"") {
                    try beginValue(.string, at: position &- 1, &sink)
                    state = beginString(isName: false)
                } else if !JSONBytes.isSpace(byte) {
                    state = try valueByte(byte, at: position &- 1, state, &sink)
                }

            case .integer, .fraction, .exponent:
                while position < end, JSONBytes.isDigit(piece[position]) { position &+= 1 }
                guard position < end else { break }
                if let next = try afterDigit(piece[position], state, at: position) {
                    position &+= 1
                    state = next
                } else {
                    state = endValue(before: position, isPlain: state == .integer, &sink)
                }

            case .minus, .zero, .point, .exponentMark, .exponentSign:
                if let next = try afterDigit(byte, state, at: position) {
                    position &+= 1
                    state = next
                } else {
                    state = endValue(before: position, isPlain: true, &sink)
                }

            case .literal:
                guard byte == UInt8(truncatingIfNeeded: literalRest) else {
                    throw unexpected(byte, at: position, .literal)
                }
                position &+= 1
                literalRest >>= 8
                if literalRest == 0 { state = endValue(before: position, isPlain: true, &sink) }

            case .utf8:
                guard utf8Rest.accept(byte) else { throw JSONError(.invalidUTF8, at: offset &+ position) }
                position &+= 1
                if utf8Rest.count == 0 { state = .string }

            case .escape, .hexDigits, .lowBackslash, .lowLetter:
                state = try escapeByte(byte, state, at: offset &+ position, &sink)
                position &+= 1

            case .done:
                guard JSONBytes.isSpace(byte) else { throw JSONError(.trailingByte(byte), at: offset &+ position) }
                position &+= 1
            }
        }
        self.state = state
        offset &+= end
    }

    /// Says that the text has ended.
    mutating func finish() throws(JSONError) {
        switch state {
        case .done: return
        case .zero, .integer, .fraction, .exponent: if depth == 0 { return }
        case .root: throw JSONError(.empty, at: offset)
        case .value, .elementOrEnd, .memberOrEnd, .memberName, .colon, .commaOrArrayEnd, .commaOrObjectEnd: break
        case .string, .utf8, .escape, .hexDigits, .lowBackslash, .lowLetter: break
        case .minus, .point, .exponentMark, .exponentSign, .literal: break
        }
        throw JSONError(.truncated, at: offset)
    }

    @inline(never)
    private static func trap(_ byte: UInt8, in state: State) -> Never {
        preconditionFailure("byte \(byte) was given to what does not read it in state \(state)")
    }

    private func unexpected(_ byte: UInt8, at position: Int, _ expected: JSONError.Expectation) -> JSONError {
        JSONError(.unexpected(byte, expected: expected), at: offset &+ position)
    }
}

// MARK: - Values

extension JSONMachine {
    /// Takes the first byte of a value that is no string, or the bracket that ends an array instead.
    private mutating func valueByte<Sink: JSONSink>(
        _ byte: UInt8,
        at position: Int,
        _ state: State,
        _ sink: inout Sink
    ) throws(JSONError) -> State {
        switch byte {
        case UInt8(ascii: "{"):
            try beginValue(.object, at: position, &sink)
            try open(isObject: true, at: position)
            return .memberOrEnd
        case UInt8(ascii: "["):
            try beginValue(.array, at: position, &sink)
            try open(isObject: false, at: position)
            return .elementOrEnd
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            try beginValue(.number, at: position, &sink)
            return .integer
        case UInt8(ascii: "0"):
            try beginValue(.number, at: position, &sink)
            return .zero
        case UInt8(ascii: "-"):
            try beginValue(.number, at: position, &sink)
            return .minus
        case UInt8(ascii: "t"):
            try beginValue(.bool, at: position, &sink)
            literalRest = 0x65_75_72
            return .literal
        case UInt8(ascii: "f"):
            try beginValue(.bool, at: position, &sink)
            literalRest = 0x65_73_6C_61
            return .literal
        case UInt8(ascii: "n"):
            try beginValue(.null, at: position, &sink)
            literalRest = 0x6C_6C_75
            return .literal
        case UInt8(ascii: "]") where state == .elementOrEnd:
            return close(before: position &+ 1, &sink)
        case 0xEF where state == .root && offset &+ position == 0:
            throw JSONError(.byteOrderMark, at: 0)
        default:
            throw unexpected(byte, at: position, state == .elementOrEnd ? .elementOrEnd : .value)
        }
    }

    @inline(__always)
    private func beginValue<Sink: JSONSink>(
        _ kind: JSONKind,
        at position: Int,
        _ sink: inout Sink
    ) throws(JSONError) {
        guard Sink.observes else { return }
        if depth == 1 {
            sink.valueBegan(kind, at: offset &+ position)
        } else if depth == 0 {
            try sink.rootBegan(kind, at: offset &+ position)
        }
    }

    @inline(__always)
    private func endValue<Sink: JSONSink>(before next: Int, isPlain: Bool, _ sink: inout Sink) -> State {
        if Sink.observes, depth == 1 { sink.valueEnded(at: offset &+ next, isPlain: isPlain) }
        return depth == 0 ? .done : inObject ? .commaOrObjectEnd : .commaOrArrayEnd
    }

    @inline(__always)
    private mutating func open(isObject: Bool, at position: Int) throws(JSONError) {
        guard depth < maxDepth else { throw JSONError(.tooDeep(limit: maxDepth), at: offset &+ position) }
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: depth)
        if inObject {
            outerObjects[depth >> 6] |= bit
        } else {
            outerObjects[depth >> 6] &= ~bit
        }
        depth &+= 1
        inObject = isObject
    }

    /// Closes the innermost container; `next` is the position after its bracket.
    @inline(__always)
    private mutating func close<Sink: JSONSink>(before next: Int, _ sink: inout Sink) -> State {
        depth &-= 1
        inObject = outerObjects[depth >> 6] &>> UInt64(truncatingIfNeeded: depth) & 1 == 1
        return endValue(before: next, isPlain: true, &sink)
    }

    /// Takes a byte in a number; nil if it belongs to the number no more.
    @inline(__always)
    private func afterDigit(_ byte: UInt8, _ state: State, at position: Int) throws(JSONError) -> State? {
        let isDigit = JSONBytes.isDigit(byte)
        switch state {
        case .minus where isDigit: return byte == UInt8(ascii: "0") ? .zero : .integer
        case .point where isDigit: return .fraction
        case .exponentMark where isDigit, .exponentSign where isDigit: return .exponent
        case .exponentMark where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"): return .exponentSign
        case .zero where byte == UInt8(ascii: "."), .integer where byte == UInt8(ascii: "."): return .point
        case .zero, .integer, .fraction: return byte | 0x20 == UInt8(ascii: "e") ? .exponentMark : nil
        case .exponent: return nil
        case .minus, .point, .exponentMark, .exponentSign: throw unexpected(byte, at: position, .digit)
        case .root, .value, .elementOrEnd, .memberOrEnd, .memberName, .colon, .commaOrArrayEnd, .commaOrObjectEnd,
            .done,
            .string, .utf8, .escape, .hexDigits, .lowBackslash, .lowLetter, .literal:
            Self.trap(byte, in: state)
        }
    }
}

// MARK: - Strings

extension JSONMachine {
    @inline(__always)
    private mutating func beginString(isName: Bool) -> State {
        stringIsName = isName
        stringHasEscapes = false
        needsLowSurrogate = false
        return .string
    }

    @inline(__always)
    private func endString<Sink: JSONSink>(before next: Int, _ sink: inout Sink) throws(JSONError) -> State {
        guard stringIsName else { return endValue(before: next, isPlain: !stringHasEscapes, &sink) }
        if Sink.observes, depth == 1 { try sink.nameEnded() }
        return .colon
    }

    /// Skips an escape, or UTF-8 sequences, if nothing has to be remembered of them because they lie in this piece
    /// whole.
    ///
    /// Returns the position after them, or `start`.
    @inline(__always)
    private mutating func skipOddity<Sink: JSONSink>(
        _ piece: UnsafeRawBufferPointer,
        from start: Int,
        _ sink: inout Sink
    ) -> Int {
        if piece[start] == UInt8(ascii: "\\") {
            stringHasEscapes = true
            return Sink.observes && sink.isCapturing ? start : JSONBytes.endOfEscape(piece, from: start)
        }
        let end = UTF8Rest.endOfMultibyte(piece, from: start)
        if Sink.observes, sink.isCapturing, end > start { sink.capture(escaped: nil) }
        return end
    }

    /// Takes a byte of a string that is not plain, ends nothing, and begins no UTF-8 sequence that is whole in this
    /// piece.
    @inline(never)
    private mutating func beginOddity<Sink: JSONSink>(
        _ byte: UInt8,
        at place: Int,
        _ sink: inout Sink
    ) throws(JSONError) -> State {
        if byte == UInt8(ascii: "\\") {
            stringHasEscapes = true
            escapeOffset = place
            return .escape
        }
        guard byte >= 0x80 else { throw JSONError(.controlCharacter(byte), at: place) }
        guard let rest = UTF8Rest(after: byte) else { throw JSONError(.invalidUTF8, at: place) }
        utf8Rest = rest
        if Sink.observes, sink.isCapturing { sink.capture(escaped: nil) }
        return .utf8
    }

    /// Takes a byte of an escape, after its backslash.
    @inline(never)
    private mutating func escapeByte<Sink: JSONSink>(
        _ byte: UInt8,
        _ state: State,
        at place: Int,
        _ sink: inout Sink
    ) throws(JSONError) -> State {
        switch state {
        case .escape where byte == UInt8(ascii: "u"), .lowLetter where byte == UInt8(ascii: "u"):
            hexDigitsLeft = 4
            return .hexDigits
        case .escape:
            guard let character = JSONBytes.unescaped(byte) else { throw JSONError(.unknownEscape(byte), at: place) }
            if Sink.observes, sink.isCapturing { sink.capture(escaped: character) }
            return .string
        case .lowBackslash where byte == UInt8(ascii: "\\"):
            return .lowLetter
        case .hexDigits:
            guard let digit = JSONBytes.hexDigit(byte) else {
                throw JSONError(.unexpected(byte, expected: .hexDigit), at: place)
            }
            codeUnit = codeUnit << 4 | UInt16(digit)
            hexDigitsLeft &-= 1
            return hexDigitsLeft == 0 ? try endCodeUnit(&sink) : .hexDigits
        case .lowBackslash, .lowLetter:
            throw JSONError(.loneSurrogate, at: escapeOffset)
        case .root, .value, .elementOrEnd, .memberOrEnd, .memberName, .colon, .commaOrArrayEnd, .commaOrObjectEnd,
            .done,
            .string, .utf8, .minus, .zero, .integer, .point, .fraction, .exponentMark, .exponentSign, .exponent,
            .literal:
            Self.trap(byte, in: state)
        }
    }

    @inline(never)
    private mutating func endCodeUnit<Sink: JSONSink>(_ sink: inout Sink) throws(JSONError) -> State {
        let isLow = codeUnit & 0xFC00 == 0xDC00
        guard isLow == needsLowSurrogate else { throw JSONError(.loneSurrogate, at: escapeOffset) }
        needsLowSurrogate = codeUnit & 0xFC00 == 0xD800
        guard !needsLowSurrogate else { return .lowBackslash }
        if Sink.observes, sink.isCapturing {
            sink.capture(escaped: codeUnit < 0x80 ? UInt8(truncatingIfNeeded: codeUnit) : nil)
        }
        return .string
    }
}

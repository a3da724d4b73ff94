/// The grammar of RFC 8259 as a machine that takes a text in pieces, cut anywhere, and allocates nothing.
///
/// It is the one place that knows what JSON is: whoever builds values from a text has it checked here first. After an
/// error the machine is of no more use.
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

    init(maxDepth: Int = depthLimit) {
        self.maxDepth = min(maxDepth, Self.depthLimit)
    }

    /// Reads the next piece of the text.
    mutating func feed<Sink: JSONSink>(_ piece: UnsafeRawBufferPointer, to sink: inout Sink) throws(JSONError) {
        let end = piece.count
        var position = 0
        while position < end {
            let byte = piece[position]
            switch state {
            case .string:
                let stop = JSONBytes.endOfPlain(piece, from: position)
                if Sink.observes, sink.isCapturing {
                    sink.capture(UnsafeRawBufferPointer(rebasing: piece[position..<stop]))
                }
                position = stop
                guard position < end else { break }
                let afterSequences = UTF8Rest.endOfMultibyte(piece, from: position)
                if afterSequences > position {
                    if Sink.observes, sink.isCapturing { sink.capture(escaped: nil) }
                    position = afterSequences
                    break
                }
                try stringByte(piece[position], at: offset &+ position, &sink)
                position &+= 1

            case .colon:
                position &+= 1
                if byte == UInt8(ascii: ":") {
                    state = .value
                } else if !Self.isSpace(byte) {
                    throw unexpected(byte, at: position &- 1, .colon)
                }

            case .commaOrObjectEnd:
                position &+= 1
                if byte == UInt8(ascii: ",") {
                    state = .memberName
                } else if byte == UInt8(ascii: "}") {
                    close(at: position, &sink)
                } else if !Self.isSpace(byte) {
                    throw unexpected(byte, at: position &- 1, .commaOrObjectEnd)
                }

            case .commaOrArrayEnd:
                position &+= 1
                if byte == UInt8(ascii: ",") {
                    state = .value
                } else if byte == UInt8(ascii: "]") {
                    close(at: position, &sink)
                } else if !Self.isSpace(byte) {
                    throw unexpected(byte, at: position &- 1, .commaOrArrayEnd)
                }

            case .memberName, .memberOrEnd:
                position &+= 1
                if byte == UInt8(ascii: "\"") {
                    if Sink.observes, depth == 1 { sink.nameBegan(at: offset &+ position &- 1) }
                    beginString(isName: true)
                } else if byte == UInt8(ascii: "}"), state == .memberOrEnd {
                    close(at: position, &sink)
                } else if !Self.isSpace(byte) {
                    throw unexpected(byte, at: position &- 1, state == .memberOrEnd ? .memberOrEnd : .memberName)
                }

            case .value, .elementOrEnd, .root:
                position &+= 1
                try valueByte(byte, before: position, &sink)

            case .integer, .fraction, .exponent:
                while position < end, Self.isDigit(piece[position]) { position &+= 1 }
                guard position < end else { break }
                if try numberGoesOn(piece[position], at: position) {
                    position &+= 1
                } else {
                    endValue(before: position, isPlain: state == .integer, &sink)
                }

            case .minus, .zero, .point, .exponentMark, .exponentSign:
                if try numberGoesOn(byte, at: position) {
                    position &+= 1
                } else {
                    endValue(before: position, isPlain: true, &sink)
                }

            case .literal:
                guard byte == UInt8(truncatingIfNeeded: literalRest) else {
                    throw unexpected(byte, at: position, .literal)
                }
                position &+= 1
                literalRest >>= 8
                if literalRest == 0 { endValue(before: position, isPlain: true, &sink) }

            case .utf8, .escape, .hexDigits, .lowBackslash, .lowLetter:
                try stringByte(byte, at: offset &+ position, &sink)
                position &+= 1

            case .done:
                guard Self.isSpace(byte) else { throw JSONError(.trailingByte(byte), at: offset &+ position) }
                position &+= 1
            }
        }
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
}

// MARK: - Values

extension JSONMachine {
    /// Takes a byte where a value can begin; `next` is the position after it.
    @inline(__always)
    private mutating func valueByte<Sink: JSONSink>(
        _ byte: UInt8,
        before next: Int,
        _ sink: inout Sink
    ) throws(JSONError) {
        let position = next &- 1
        switch byte {
        case UInt8(ascii: "\""):
            try beginValue(.string, at: position, &sink)
            beginString(isName: false)
        case UInt8(ascii: "{"):
            try beginValue(.object, at: position, &sink)
            try open(isObject: true, at: position)
            state = .memberOrEnd
        case UInt8(ascii: "["):
            try beginValue(.array, at: position, &sink)
            try open(isObject: false, at: position)
            state = .elementOrEnd
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            try beginValue(.number, at: position, &sink)
            state = .integer
        case UInt8(ascii: "0"):
            try beginValue(.number, at: position, &sink)
            state = .zero
        case UInt8(ascii: "-"):
            try beginValue(.number, at: position, &sink)
            state = .minus
        case UInt8(ascii: "t"):
            try beginValue(.bool, at: position, &sink)
            beginLiteral(0x65_75_72)
        case UInt8(ascii: "f"):
            try beginValue(.bool, at: position, &sink)
            beginLiteral(0x65_73_6C_61)
        case UInt8(ascii: "n"):
            try beginValue(.null, at: position, &sink)
            beginLiteral(0x6C_6C_75)
        case UInt8(ascii: "]") where state == .elementOrEnd:
            close(at: next, &sink)
        case 0x20, 0x09, 0x0A, 0x0D:
            break
        case 0xEF where state == .root && offset &+ position == 0:
            throw JSONError(.byteOrderMark, at: 0)
        default:
            throw unexpected(byte, at: position, state == .elementOrEnd ? .elementOrEnd : .value)
        }
    }

    @inline(__always)
    private mutating func beginValue<Sink: JSONSink>(
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
    private mutating func endValue<Sink: JSONSink>(before position: Int, isPlain: Bool, _ sink: inout Sink) {
        if Sink.observes, depth == 1 { sink.valueEnded(at: offset &+ position, isPlain: isPlain) }
        state = depth == 0 ? .done : inObject ? .commaOrObjectEnd : .commaOrArrayEnd
    }

    @inline(__always)
    private mutating func open(isObject: Bool, at position: Int) throws(JSONError) {
        guard depth < maxDepth else { throw JSONError(.tooDeep(limit: maxDepth), at: offset &+ position) }
        let bit: UInt64 = 1 << UInt64(truncatingIfNeeded: depth & 63)
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
    private mutating func close<Sink: JSONSink>(at next: Int, _ sink: inout Sink) {
        depth &-= 1
        inObject = outerObjects[depth >> 6] >> UInt64(truncatingIfNeeded: depth & 63) & 1 == 1
        endValue(before: next, isPlain: true, &sink)
    }

    @inline(__always)
    private mutating func beginLiteral(_ rest: UInt32) {
        literalRest = rest
        state = .literal
    }

    /// Takes a byte after a number's last; false if it ends the number.
    @inline(__always)
    private mutating func numberGoesOn(_ byte: UInt8, at position: Int) throws(JSONError) -> Bool {
        let isDigit = Self.isDigit(byte)
        switch state {
        case .minus where isDigit:
            state = byte == UInt8(ascii: "0") ? .zero : .integer
        case .point where isDigit:
            state = .fraction
        case .exponentMark where isDigit, .exponentSign where isDigit:
            state = .exponent
        case .exponentMark where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"):
            state = .exponentSign
        case .zero where byte == UInt8(ascii: "."), .integer where byte == UInt8(ascii: "."):
            state = .point
        case .zero, .integer, .fraction:
            guard byte | 0x20 == UInt8(ascii: "e") else { return false }
            state = .exponentMark
        case .exponent:
            return false
        default:
            throw unexpected(byte, at: position, .digit)
        }
        return true
    }
}

// MARK: - Strings

extension JSONMachine {
    @inline(__always)
    private mutating func beginString(isName: Bool) {
        stringIsName = isName
        stringHasEscapes = false
        needsLowSurrogate = false
        state = .string
    }

    /// Takes a byte of a string that is not plain ASCII, or that follows such a one; `place` is its offset.
    @inline(__always)
    private mutating func stringByte<Sink: JSONSink>(
        _ byte: UInt8,
        at place: Int,
        _ sink: inout Sink
    ) throws(JSONError) {
        switch state {
        case .string where byte == UInt8(ascii: "\""):
            guard stringIsName else {
                return endValue(before: place &+ 1 &- offset, isPlain: !stringHasEscapes, &sink)
            }
            if Sink.observes, depth == 1 { try sink.nameEnded() }
            state = .colon
        case .string where byte == UInt8(ascii: "\\"):
            stringHasEscapes = true
            escapeOffset = place
            state = .escape
        case .string:
            guard byte >= 0x80 else { throw JSONError(.controlCharacter(byte), at: place) }
            guard let rest = UTF8Rest(after: byte) else { throw JSONError(.invalidUTF8, at: place) }
            utf8Rest = rest
            if Sink.observes, sink.isCapturing { sink.capture(escaped: nil) }
            state = .utf8
        case .utf8:
            guard utf8Rest.accept(byte) else { throw JSONError(.invalidUTF8, at: place) }
            if utf8Rest.count == 0 { state = .string }
        default:
            try escapeByte(byte, at: place, &sink)
        }
    }

    /// Takes a byte of an escape, after its backslash.
    private mutating func escapeByte<Sink: JSONSink>(
        _ byte: UInt8,
        at place: Int,
        _ sink: inout Sink
    ) throws(JSONError) {
        switch state {
        case .escape where byte == UInt8(ascii: "u"), .lowLetter where byte == UInt8(ascii: "u"):
            hexDigitsLeft = 4
            state = .hexDigits
        case .escape:
            guard let character = JSONBytes.unescaped(byte) else { throw JSONError(.unknownEscape(byte), at: place) }
            if Sink.observes, sink.isCapturing { sink.capture(escaped: character) }
            state = .string
        case .lowBackslash where byte == UInt8(ascii: "\\"):
            state = .lowLetter
        case .hexDigits:
            guard let digit = JSONBytes.hexDigit(byte) else {
                throw JSONError(.unexpected(byte, expected: .hexDigit), at: place)
            }
            codeUnit = codeUnit << 4 | UInt16(digit)
            hexDigitsLeft &-= 1
            if hexDigitsLeft == 0 { try endCodeUnit(&sink) }
        default:
            throw JSONError(.loneSurrogate, at: escapeOffset)
        }
    }

    private mutating func endCodeUnit<Sink: JSONSink>(_ sink: inout Sink) throws(JSONError) {
        let isLow = codeUnit & 0xFC00 == 0xDC00
        guard isLow == needsLowSurrogate else { throw JSONError(.loneSurrogate, at: escapeOffset) }
        needsLowSurrogate = codeUnit & 0xFC00 == 0xD800
        guard !needsLowSurrogate else {
            state = .lowBackslash
            return
        }
        if Sink.observes, sink.isCapturing {
            sink.capture(escaped: codeUnit < 0x80 ? UInt8(truncatingIfNeeded: codeUnit) : nil)
        }
        state = .string
    }
}

// MARK: - Bytes

extension JSONMachine {
    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    private func unexpected(_ byte: UInt8, at position: Int, _ expected: JSONError.Expectation) -> JSONError {
        JSONError(.unexpected(byte, expected: expected), at: offset &+ position)
    }
}

extension GDTranscoder {
    /// Appends a JSON text as a GD value, which may lie in a payload's dictionary.
    ///
    /// `attachments` is asked for the bytes of an index, and says nil if there are none. After an error what was
    /// appended is of no use.
    public static func tlv(
        fromJSON text: UnsafeRawBufferPointer,
        attachments: (Int) -> UnsafeRawBufferPointer?,
        into output: inout [UInt8]
    ) throws(GDError) {
        if let error = JSONCheck.firstError(in: text, maxDepth: GDLimits.valueDepth) {
            if case .tooDeep(let limit) = error.reason { throw GDError(.tooDeep(limit: limit), at: error.offset) }
            throw GDError(.json(error.reason), at: error.offset)
        }
        var reader = JSONReader(text)
        try appendTLV(of: text, from: &reader, attachments, to: &output)
    }

    private static func appendTLV(
        of text: UnsafeRawBufferPointer,
        from reader: inout JSONReader,
        _ attachments: (Int) -> UnsafeRawBufferPointer?,
        to output: inout [UInt8]
    ) throws(GDError) {
        switch reader.next() {
        case UInt8(ascii: "n"):
            reader.skipLiteral(4)
            output.append(GDTag.none.rawValue)
        case UInt8(ascii: "t"):
            reader.skipLiteral(4)
            output.append(GDTag.bool.rawValue)
            output.append(1)
        case UInt8(ascii: "f"):
            reader.skipLiteral(5)
            output.append(GDTag.bool.rawValue)
            output.append(0)
        case UInt8(ascii: "\""):
            appendString(reader.stringSpan(), of: text, to: &output)
        case UInt8(ascii: "["):
            try appendList(of: text, from: &reader, attachments, to: &output)
        case UInt8(ascii: "{"):
            if try appendBytes(of: text, from: &reader, attachments, to: &output) { return }
            try appendDict(of: text, from: &reader, attachments, to: &output)
        default:
            try appendNumber(reader.numberSpan(), of: text, to: &output)
        }
    }

    private static func appendNumber(
        _ span: NumberSpan,
        of text: UnsafeRawBufferPointer,
        to output: inout [UInt8]
    ) throws(GDError) {
        let start = span.range.lowerBound
        if span.isInteger {
            guard let integer = span.integer(in: text, as: Int64.self) else {
                throw GDError(.integerOutOfRange(String(decoding: text[span.range], as: UTF8.self)), at: start)
            }
            GDBytes.append(.int, integer, to: &output)
        } else {
            guard let number = span.double(in: text) else { throw GDError(.numberOutOfRange, at: start) }
            GDBytes.append(number, to: &output)
        }
    }

    private static func appendString(_ span: StringSpan, of text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        let start = output.count
        GDBytes.append(.string, 0 as UInt32, to: &output)
        let contents = output.count
        span.append(from: text, to: &output)
        GDBytes.setLength(output.count - contents, at: start, in: &output)
    }

    private static func appendList(
        of text: UnsafeRawBufferPointer,
        from reader: inout JSONReader,
        _ attachments: (Int) -> UnsafeRawBufferPointer?,
        to output: inout [UInt8]
    ) throws(GDError) {
        let opening = reader.position
        let start = output.count
        GDBytes.append(.list, 0 as UInt32, to: &output)
        _ = reader.skip(UInt8(ascii: "["))
        guard !reader.skip(UInt8(ascii: "]")) else { return }
        var count = 0
        repeat {
            count += 1
            try appendTLV(of: text, from: &reader, attachments, to: &output)
        } while reader.skip(UInt8(ascii: ","))
        _ = reader.skip(UInt8(ascii: "]"))
        try checkItems(count, at: opening)
        GDBytes.setLength(count, at: start, in: &output)
    }

    private static func appendDict(
        of text: UnsafeRawBufferPointer,
        from reader: inout JSONReader,
        _ attachments: (Int) -> UnsafeRawBufferPointer?,
        to output: inout [UInt8]
    ) throws(GDError) {
        let opening = reader.position
        let start = output.count
        GDBytes.append(.dict, 0 as UInt32, to: &output)
        _ = reader.skip(UInt8(ascii: "{"))
        guard !reader.skip(UInt8(ascii: "}")) else { return }
        var count = 0
        repeat {
            count += 1
            _ = reader.next()
            appendString(reader.stringSpan(), of: text, to: &output)
            _ = reader.skip(UInt8(ascii: ":"))
            try appendTLV(of: text, from: &reader, attachments, to: &output)
        } while reader.skip(UInt8(ascii: ","))
        _ = reader.skip(UInt8(ascii: "}"))
        try checkItems(count, at: opening)
        GDBytes.setLength(count, at: start, in: &output)
    }

    /// Appends an object that stands for bytes, one whose only member is `$attachment` or `$base64`.
    ///
    /// Returns false, with the reader where it was, if the object is no such one.
    private static func appendBytes(
        of text: UnsafeRawBufferPointer,
        from reader: inout JSONReader,
        _ attachments: (Int) -> UnsafeRawBufferPointer?,
        to output: inout [UInt8]
    ) throws(GDError) -> Bool {
        var ahead = reader
        _ = ahead.skip(UInt8(ascii: "{"))
        guard ahead.next() == UInt8(ascii: "\"") else { return false }
        let name = ahead.stringSpan()
        let isAttachment = text[name.range].elementsEqual("$attachment".utf8)
        guard isAttachment || text[name.range].elementsEqual("$base64".utf8) else { return false }
        _ = ahead.skip(UInt8(ascii: ":"))
        let first = ahead.next()
        if isAttachment {
            guard first == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= first else { return false }
            let span = ahead.numberSpan()
            guard ahead.skip(UInt8(ascii: "}")), let index = span.integer(in: text, as: Int.self) else { return false }
            guard let bytes = attachments(index) else {
                throw GDError(.unknownAttachment(index), at: reader.position)
            }
            GDBytes.append(bytes: bytes, to: &output)
        } else {
            guard first == UInt8(ascii: "\"") else { return false }
            let span = ahead.stringSpan()
            guard ahead.skip(UInt8(ascii: "}")) else { return false }
            var characters: [UInt8] = []
            span.append(from: text, to: &characters)
            guard let bytes = characters.withUnsafeBytes(Base64.decode) else {
                throw GDError(.badBase64, at: reader.position)
            }
            bytes.withUnsafeBytes { GDBytes.append(bytes: $0, to: &output) }
        }
        reader = ahead
        return true
    }

    private static func checkItems(_ count: Int, at offset: Int) throws(GDError) {
        guard count <= GDLimits.items else {
            throw GDError(.tooManyItems(count: count, limit: GDLimits.items), at: offset)
        }
    }
}

/// A JSON value as text, untouched: for actions that pass values through, store them, or read them with a parser of
/// their own.
///
/// Nothing is interpreted: numbers keep their digits, objects the order of their members. Attachments that the value
/// speaks of come along.
public struct RawJSON: Sendable {
    private enum Content: Sendable {
        /// What most values are: a text that needs no memory of its own, without attachments.
        case short(ShortBytes)
        case long([UInt8], attachments: [[UInt8]])
    }

    private let content: Content

    /// The UTF-8 text, valid JSON.
    public var text: [UInt8] {
        switch content {
        case .short(let text): text.withUnsafeBytes { [UInt8]($0) }
        case .long(let text, _): text
        }
    }

    /// What `{"$attachment":i}` in the text refers to.
    public var attachments: [[UInt8]] {
        switch content {
        case .short: []
        case .long(_, let attachments): attachments
        }
    }

    private init(text: [UInt8], attachments: [[UInt8]]) {
        content = .long(text, attachments: attachments)
    }

    /// The value that `text` says, which is valid.
    private init(copying text: UnsafeRawBufferPointer) {
        content = ShortBytes(text).map { .short($0) } ?? .long([UInt8](text), attachments: [])
    }

    /// The value that `text` says.
    /// - Parameters:
    ///   - text: One JSON value.
    ///   - attachments: What `{"$attachment":i}` in the text refers to.
    /// - Throws: ``AppError`` with status ``AppStatus/invalid`` that says where the text stops being JSON.
    public init(_ text: [UInt8], attachments: [[UInt8]] = []) throws {
        do {
            try text.withUnsafeBytes { bytes in
                var cursor = JSONCursor(bytes)
                try cursor.skipValue()
                try cursor.finish()
            }
        } catch let fault as JSONFault {
            throw AppError(.invalid, fault.message)
        }
        self.init(text: text, attachments: attachments)
    }

    /// What `value` is as JSON, by the rules that results follow.
    /// - Throws: ``AppError`` if it has no JSON form.
    public init(encoding value: some Encodable) throws {
        var output = JSONOutput()
        do {
            try output.append(value: value)
        } catch let error as UnwritableValue {
            throw AppError(.invalid, error.description)
        }
        self.init(
            text: output.text,
            attachments: output.attachments.map { attachment in attachment.withUnsafeBytes { [UInt8]($0) } }
        )
    }

    /// The value that `text` says; see ``init(_:attachments:)``.
    public init(_ text: String) throws {
        try self.init(Array(text.utf8))
    }
}

extension RawJSON {
    /// The value as any `Decodable`, by the rules that arguments follow.
    /// - Throws: ``AppError`` with status ``AppStatus/invalid`` that says what was expected and what is there.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try withUnsafeText { bytes in
            try AttachmentViews.lending(attachments) { views in
                var cursor = JSONCursor(bytes, attachments: views)
                do {
                    return try ValueReader(type).read(&cursor)
                } catch let mismatch as ValueMismatch {
                    throw AppError(.invalid, "the value \(mismatch.message)")
                }
            }
        }
    }

    /// Lends the text for the duration of `body`.
    private func withUnsafeText<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch content {
        case .short(let text): try text.withUnsafeBytes(body)
        case .long(let text, _): try text.withUnsafeBytes(body)
        }
    }
}

extension RawJSON: Codable {
    /// Reads any value.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? ValueDecoder {
            self = try decoder.direct(RawJSON.self)
        } else {
            var output = JSONOutput()
            try JSON(from: decoder).write(to: &output)
            self.init(text: output.text, attachments: [])
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? ValueEncoder {
            try encoder.encodeDirect(self)
        } else {
            try withUnsafeText { bytes in
                var cursor = JSONCursor(bytes)
                try JSON.read(&cursor).encode(to: encoder)
            }
        }
    }
}

extension RawJSON: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> RawJSON {
        cursor.skipSpace()
        let start = cursor
        try cursor.skipValue()
        let text = UnsafeRawBufferPointer(rebasing: cursor.text[start.offset..<cursor.offset])
        guard cursor.attachments.count > 0 else { return RawJSON(copying: text) }
        // Only what this value speaks of is copied, and numbered anew.
        var attachments: [[UInt8]] = []
        let renumbered = try renumberingAttachments(in: text) { index in
            guard let bytes = start.attachments[index] else { return nil }
            attachments.append([UInt8](bytes))
            return attachments.count - 1
        }
        return RawJSON(text: renumbered, attachments: attachments)
    }
}

extension RawJSON: DirectlyEncodable {
    func write(to output: inout JSONOutput) throws {
        guard case .long(let text, let attachments) = content, !attachments.isEmpty else {
            return withUnsafeText { output.text.append(contentsOf: $0) }
        }
        var all = output.attachments
        let renumbered = try text.withUnsafeBytes { bytes in
            try Self.renumberingAttachments(in: bytes) { index in
                guard attachments.indices.contains(index) else { return nil }
                all.append(.array(attachments[index]))
                return all.count - 1
            }
        }
        output.text.append(contentsOf: renumbered)
        output.attachments = all
    }

    func send(to host: Outgoing) throws -> Int32 {
        if case .long(_, let attachments) = content, !attachments.isEmpty { return try written().send(to: host) }
        return withUnsafeText {
            host(UnsafePointer($0.baseAddress?.assumingMemoryBound(to: CChar.self)), $0.count, nil, 0)
        }
    }

    /// A copy of `text` in which every `{"$attachment":i}` says what `number` makes of i; nil leaves it as it is.
    private static func renumberingAttachments(
        in text: UnsafeRawBufferPointer,
        _ number: (Int) -> Int?
    ) throws -> [UInt8] {
        var cursor = JSONCursor(text)
        let tape = try JSONTape(&cursor)
        var output = JSONOutput()
        output.text.reserveCapacity(text.count)
        var copied = 0
        for (index, entry) in tape.entries.enumerated() where entry.kind == .object && entry.count == 1 {
            var ahead = tape.cursor(at: index)
            guard case .attachment(let old)? = try ByteReference.read(&ahead), let new = number(old) else { continue }
            output.text.append(contentsOf: text[copied..<entry.offset])
            output.append("{\"$attachment\":")
            output.append(integer: new)
            output.append("}")
            copied = ahead.offset
        }
        output.text.append(contentsOf: text[copied...])
        return output.text
    }
}

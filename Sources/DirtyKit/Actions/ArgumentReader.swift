internal import CDirtyApp

/// Finds each parameter's value in a call's arguments, one parameter after the other.
struct ArgumentReader: ~Copyable {
    private let request: UnsafePointer<DirtyRequest>
    private let attachments: AttachmentViews
    private var slots: ArgumentSlots
    private var index = 0

    /// Takes the arguments apart and checks their number and their names.
    @inline(__always)
    init(
        _ signature: Signature,
        _ request: UnsafePointer<DirtyRequest>,
        attachments: AttachmentViews
    ) throws {
        self.request = request
        self.attachments = attachments
        slots = ArgumentSlots(count: signature.parameterNames.count)
        try place(signature)
    }

    /// The next parameter's value.
    /// - Parameters:
    ///   - type: The parameter's type; to be asked for in the signature's order.
    ///   - signature: The one that the arguments were taken apart by.
    mutating func next<Value: Decodable>(_ type: Value.Type, of signature: Signature) throws -> Value {
        defer { index += 1 }
        // The signature was made from the same pack of types that is read now.
        let reader = Unmanaged.passUnretained(unsafeDowncast(signature.readers[index], to: ParameterReader<Value>.self))
        let slot = slots[index]
        guard slot != ArgumentSlots.missing else {
            return try reader._withUnsafeGuaranteedRef { try $0.absentValue(of: index, in: signature) }
        }
        let text = slot >= 0 ? request.pointee.args : request.pointee.kwargs
        var cursor = JSONCursor(text.bytes, attachments: attachments)
        cursor.offset = slot >= 0 ? slot : ~slot
        return try reader._withUnsafeGuaranteedRef { try $0.value(&cursor, of: index, in: signature) }
    }

    private mutating func place(_ signature: Signature) throws {
        do {
            try placePositional(signature)
            if !hasNoKeywords { try placeKeywords(signature) }
        } catch let fault as JSONFault {
            // The host checks requests; a host that doesn't shall not be the plugin's misfortune.
            throw AppError(.invalid, "the arguments of \(signature.name) are \(fault.message)")
        }
    }

    /// Whether the host says "{}", as it does for most calls.
    private var hasNoKeywords: Bool {
        let text = request.pointee.kwargs.bytes
        return text.count == 2 && text[0] == UInt8(ascii: "{") && text[1] == UInt8(ascii: "}")
    }

    private mutating func placePositional(_ signature: Signature) throws {
        var cursor = JSONCursor(request.pointee.args.bytes)
        try cursor.consume(UInt8(ascii: "["))
        var count = 0
        if !cursor.consumeIfNext(UInt8(ascii: "]")) {
            repeat {
                cursor.skipSpace()
                if count < slots.count { slots[count] = cursor.offset }
                count += 1
                try cursor.skipValue()
            } while cursor.consumeIfNext(UInt8(ascii: ","))
            try cursor.consume(UInt8(ascii: "]"))
        }
        try cursor.finish()
        if count > slots.count { throw signature.tooMany(count) }
    }

    private mutating func placeKeywords(_ signature: Signature) throws {
        var cursor = JSONCursor(request.pointee.kwargs.bytes)
        try cursor.consume(UInt8(ascii: "{"))
        if !cursor.consumeIfNext(UInt8(ascii: "}")) {
            repeat {
                cursor.skipSpace()
                let start = cursor
                let (name, hasEscapes) = try cursor.scanString()
                let place = signature.parameterNames.firstIndex {
                    cursor.string(name, hasEscapes: hasEscapes, equals: $0)
                }
                guard let place else {
                    var start = start
                    throw signature.unknown(try start.readString())
                }
                guard slots[place] == ArgumentSlots.missing else { throw signature.twice(signature.parameters[place]) }
                try cursor.consume(UInt8(ascii: ":"))
                cursor.skipSpace()
                slots[place] = ~cursor.offset
                try cursor.skipValue()
            } while cursor.consumeIfNext(UInt8(ascii: ","))
            try cursor.consume(UInt8(ascii: "}"))
        }
        try cursor.finish()
    }
}

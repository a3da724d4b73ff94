/// Finds each parameter's value in a call's arguments, one parameter after the other.
struct ArgumentReader {
    /// Where a parameter's value stands: at an offset of `args`, or, as its complement, of `kwargs`.
    private static let missing = Int.min

    let signature: Signature
    private let args: JSONCursor
    private let kwargs: JSONCursor
    private let slots: UnsafeMutableBufferPointer<Int>
    private var index = 0

    /// Takes the arguments apart and checks their number and their names.
    /// - Parameter slots: Scratch space, one for each parameter.
    init(
        _ signature: Signature,
        args: JSONCursor,
        kwargs: JSONCursor,
        slots: UnsafeMutableBufferPointer<Int>
    ) throws {
        self.signature = signature
        self.args = args
        self.kwargs = kwargs
        self.slots = slots
        slots.initialize(repeating: Self.missing)
        do {
            try placePositional()
            try placeKeywords()
        } catch let fault as JSONFault {
            // The host checks requests; a host that doesn't shall not be the plugin's misfortune.
            throw AppError(.invalid, "the arguments of \(signature.name) are \(fault.message)")
        }
    }

    /// The next parameter's value.
    /// - Parameter type: The parameter's type; to be asked for in the signature's order.
    mutating func next<Value: Decodable>(_ type: Value.Type) throws -> Value {
        defer { index += 1 }
        // The signature was made from the same pack of types that is read now.
        let reader = unsafeDowncast(signature.readers[index], to: ParameterReader<Value>.self)
        return try reader.value(cursor, of: index, in: signature)
    }

    /// A cursor at the next parameter's value, or nil if it wasn't given.
    private var cursor: JSONCursor? {
        let slot = slots[index]
        if slot == Self.missing { return nil }
        var cursor = slot >= 0 ? args : kwargs
        cursor.offset = slot >= 0 ? slot : ~slot
        return cursor
    }

    private func placePositional() throws {
        var cursor = args
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

    private func placeKeywords() throws {
        var cursor = kwargs
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
                guard slots[place] == Self.missing else { throw signature.twice(signature.parameters[place]) }
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

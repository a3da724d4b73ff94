import DirtyKit
import Glibc

/// Text on its way between JSON and memory.
enum TextMemory {
    /// The most that a text in a struct may have.
    static let fieldBytes = 1 << 20

    /// Stores a string with a NUL behind it.
    /// - Returns: Where it is, and its bytes without the NUL.
    static func store(
        _ value: DynamicValue,
        maximum: Int,
        _ arena: Arena
    ) throws -> (memory: UnsafeMutableRawPointer, count: Int) {
        try value.withText { text in
            try check(text, value, maximum: maximum)
            let memory = try arena.allocate(text.count + 1)
            copy(text, to: memory)
            return (memory, text.count)
        }
    }

    /// Whether a string can be a `cstr`.
    static func check(_ text: UnsafeRawBufferPointer, _ value: DynamicValue, maximum: Int) throws {
        guard text.count <= maximum else {
            throw value.mismatch("a string of at most \(maximum) bytes", note: "it has \(text.count)")
        }
        if let start = text.baseAddress, memchr(start, 0, text.count) != nil {
            throw value.mismatch("a string without a NUL", note: "C would take it for the end")
        }
    }

    /// Copies a text, and puts a NUL behind it.
    static func copy(_ text: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) {
        if let start = text.baseAddress { memory.copyMemory(from: start, byteCount: text.count) }
        memory.storeBytes(of: 0, toByteOffset: text.count, as: UInt8.self)
    }

    /// Appends the text that begins at `start` and ends with a NUL.
    /// - Parameter what: What it is, for errors.
    static func append(
        _ start: UnsafeRawPointer?,
        isNullable: Bool,
        maximum: Int,
        _ what: @autoclosure () -> String,
        to output: inout DynamicOutput
    ) throws {
        guard let start else {
            guard isNullable else {
                throw AppError(
                    .internal,
                    code: "null",
                    "\(what()) is a null pointer; if it may be, say \"nullable\" in the manifest"
                )
            }
            return output.append("null")
        }
        let count = strnlen(start.assumingMemoryBound(to: CChar.self), maximum + 1)
        guard count <= maximum else {
            throw AppError(.tooLarge, "\(what()) has more than \(maximum) bytes; raise its \"max\" in the manifest")
        }
        try append(UnsafeRawBufferPointer(start: start, count: count), what(), to: &output)
    }

    /// Appends text of a known length.
    static func append(
        _ text: UnsafeRawBufferPointer,
        _ what: @autoclosure () -> String,
        to output: inout DynamicOutput
    ) throws {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw AppError(
                .internal,
                code: "not_utf8",
                "\(what()) is not UTF-8, and so no text that JSON can hold; say bytes for it in the manifest"
            )
        }
        output.append(text: string)
    }
}

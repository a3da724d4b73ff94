import struct FoundationEssentials.Data

/// The result of a call in the making, written piece by piece.
///
/// Who writes sees to it that the pieces are one JSON value.
package struct DynamicOutput {
    var output = JSONOutput()

    /// Nothing yet.
    /// - Parameter inlinesBytes: Whether bytes stand in the text, as base64, so that it can be appended to another output.
    package init(inlinesBytes: Bool = false) {
        output.inlinesBytes = inlinesBytes
        output.text.reserveCapacity(64)
    }

    /// Appends a piece of JSON as it is.
    package mutating func append(_ piece: StaticString) { output.append(piece) }

    /// Appends a piece of JSON that another output has.
    package mutating func append(_ other: DynamicOutput) {
        precondition(other.output.attachments.isEmpty, "attachments are numbered, and can't be moved")
        output.text.append(contentsOf: other.output.text)
    }

    /// Appends a string, quoted and escaped.
    package mutating func append(text: String) { output.append(string: text) }

    /// Appends true or false.
    package mutating func append(_ flag: Bool) { output.append(flag ? "true" : "false") }

    /// Appends an integer; beyond 2⁵³, where doubles have gaps, as a string of its digits.
    package mutating func append(signed value: Int64) {
        let isExact = value.magnitude <= 1 << 53
        if !isExact { output.append("\"") }
        output.append(integer: value)
        if !isExact { output.append("\"") }
    }

    /// Appends an integer; beyond 2⁵³, where doubles have gaps, as a string of its digits.
    package mutating func append(unsigned value: UInt64) {
        let isExact = value <= 1 << 53
        if !isExact { output.append("\"") }
        output.append(integer: value)
        if !isExact { output.append("\"") }
    }

    /// Appends a number; one that isn't finite as `"NaN"`, `"Infinity"` or `"-Infinity"`.
    package mutating func append(number value: Double) {
        if value.isFinite {
            var description = value.description
            description.withUTF8 { output.text.append(contentsOf: $0) }
        } else {
            output.append(value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
        }
    }

    /// Appends a number of 32 bits, in the shortest form that reads back the same.
    package mutating func append(number value: Float) {
        guard value.isFinite else { return append(number: Double(value)) }
        var description = value.description
        description.withUTF8 { output.text.append(contentsOf: $0) }
    }

    /// Appends the first `count` bytes at `memory`, an attachment, without copying them.
    /// - Parameter free: Called with `memory` when they are needed no more; also if the output is never sent.
    package mutating func append(
        taking memory: UnsafeMutableRawPointer,
        count: Int,
        free: @escaping (UnsafeMutableRawPointer) -> Void
    ) {
        let bytes = Data(bytesNoCopy: memory, count: count, deallocator: .custom { memory, _ in free(memory) })
        output.append(attachment: .data(bytes))
    }

    /// Appends bytes: an attachment.
    package mutating func append(bytes: [UInt8]) { output.append(attachment: .array(bytes)) }

    /// Takes back what was appended after it had `count` bytes.
    package mutating func removeAll(from count: Int) { output.text.removeSubrange(count...) }

    /// How many bytes it has, without those of attachments.
    package var count: Int { output.text.count }
}

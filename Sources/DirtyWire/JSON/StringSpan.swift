/// Where a string lies in a message.
public struct StringSpan: Hashable, Sendable {
    /// The bytes between the quotes.
    public var range: Range<Int>
    /// Whether there are escapes among them; if not, they are the string.
    public var hasEscapes: Bool

    /// A string at `range`.
    public init(range: Range<Int>, hasEscapes: Bool) {
        self.range = range
        self.hasEscapes = hasEscapes
    }

    /// The string, its escapes undone; `message` is the checked text the span is of.
    public func string(in message: UnsafeRawBufferPointer) -> String {
        let contents = UnsafeRawBufferPointer(rebasing: message[range])
        guard hasEscapes else { return String(decoding: contents, as: UTF8.self) }
        var utf8: [UInt8] = []
        utf8.reserveCapacity(contents.count)
        JSONText.appendUnescaped(contents, to: &utf8)
        return String(decoding: utf8, as: UTF8.self)
    }

    /// Appends the string's UTF-8 bytes, its escapes undone.
    public func append(from message: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        let contents = UnsafeRawBufferPointer(rebasing: message[range])
        if hasEscapes {
            JSONText.appendUnescaped(contents, to: &output)
        } else {
            output.append(raw: contents)
        }
    }
}

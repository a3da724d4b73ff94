/// Who a ``JSONMachine`` tells of the outermost value and, if it is an object, of its members.
protocol JSONSink {
    /// Whether this sink wants anything at all; if not, nothing below is called.
    static var observes: Bool { get }
    /// Whether it wants what the string being read contains.
    var isCapturing: Bool { get }

    /// Bytes of the string that stand for themselves.
    mutating func capture(_ bytes: UnsafeRawBufferPointer)
    /// An escape in the string; `byte` is what it stands for, or nil if that is not ASCII.
    mutating func capture(escaped byte: UInt8?)
    /// The outermost value begins.
    mutating func rootBegan(_ kind: JSONKind, at offset: Int) throws(JSONError)
    /// A member's name begins with the quote at `offset`.
    mutating func nameBegan(at offset: Int)
    /// The name has ended.
    mutating func nameEnded() throws(JSONError)
    /// The member's value begins with the byte at `offset`.
    mutating func valueBegan(_ kind: JSONKind, at offset: Int)
    /// The value has ended before `offset`; `isPlain` says of a string that it has no escapes, of a number that it has
    /// neither fraction nor exponent.
    mutating func valueEnded(at offset: Int, isPlain: Bool)
}

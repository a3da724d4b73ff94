/// Who a ``GDMachine`` tells of the outermost value and, if it is a dictionary, of its members.
protocol GDSink {
    /// Whether this sink wants anything at all; if not, nothing below is called.
    static var observes: Bool { get }

    /// The outermost value begins.
    mutating func rootBegan(_ tag: GDTag, at offset: Int) throws(GDError)
    /// A member's name begins with the tag at `offset`.
    mutating func nameBegan(at offset: Int)
    /// Bytes of the name.
    mutating func nameContinued(_ bytes: UnsafeRawBufferPointer)
    /// The name has ended.
    mutating func nameEnded() throws(GDError)
    /// The member's value begins with the tag at `offset`.
    mutating func valueBegan(_ tag: GDTag, at offset: Int)
    /// The value has ended before `offset`.
    mutating func valueEnded(at offset: Int)
}

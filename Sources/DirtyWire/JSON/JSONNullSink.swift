/// A sink for who only wants the text checked.
struct JSONNullSink: JSONSink {
    static var observes: Bool { false }
    var isCapturing: Bool { false }

    mutating func capture(_ bytes: UnsafeRawBufferPointer) {}
    mutating func capture(escaped byte: UInt8?) {}
    mutating func rootBegan(_ kind: JSONKind, at offset: Int) throws(JSONError) {}
    mutating func nameBegan(at offset: Int) {}
    mutating func nameEnded() throws(JSONError) {}
    mutating func valueBegan(_ kind: JSONKind, at offset: Int) {}
    mutating func valueEnded(at offset: Int, isPlain: Bool) {}
}

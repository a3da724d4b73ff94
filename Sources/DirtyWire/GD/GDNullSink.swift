/// A sink for who only wants the value checked.
struct GDNullSink: GDSink {
    static var observes: Bool { false }

    mutating func rootBegan(_ tag: GDTag, at offset: Int) throws(GDError) {}
    mutating func nameBegan(at offset: Int) {}
    mutating func nameContinued(_ bytes: UnsafeRawBufferPointer) {}
    mutating func nameEnded() throws(GDError) {}
    mutating func valueBegan(_ tag: GDTag, at offset: Int) {}
    mutating func valueEnded(at offset: Int) {}
}

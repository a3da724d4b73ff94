extension [UInt8] {
    /// Appends raw bytes, as one copy.
    @inline(__always)
    mutating func append(raw bytes: UnsafeRawBufferPointer) {
        bytes.withMemoryRebound(to: UInt8.self) { append(contentsOf: $0) }
    }
}

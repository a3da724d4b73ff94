internal import CDirtyApp

/// What a call says, and the C form of it.
struct TestRequest: Sendable {
    let action: [UInt8]
    let args: [UInt8]
    let kwargs: [UInt8]
    let attachments: [[UInt8]]

    /// Lends the request in C form for the duration of `body`.
    ///
    /// Every view has its own memory, which is overwritten and freed afterwards: whoever kept a pointer will notice.
    func withRequest(id: UInt64, deadline: UInt64, _ body: (UnsafeRawPointer) -> Int32) -> Int32 {
        let buffers = ([action, args, kwargs] + attachments).map(Self.copy)
        defer {
            for buffer in buffers {
                buffer.initialize(repeating: 0xDD)
                buffer.deallocate()
            }
        }
        let views = buffers.map { DirtyView(ptr: UnsafePointer($0.baseAddress), len: $0.count - 1) }
        return views[3...].withUnsafeBufferPointer { attachments in
            var request = DirtyRequest()
            request.struct_size = UInt32(MemoryLayout<DirtyRequest>.size)
            request.id = id
            request.deadline_ns = deadline
            request.action = views[0]
            request.args = views[1]
            request.kwargs = views[2]
            request.attachments = attachments.baseAddress
            request.attachment_count = UInt32(attachments.count)
            return withUnsafePointer(to: &request) { body(UnsafeRawPointer($0)) }
        }
    }

    /// The bytes and the NUL that the ABI promises after them.
    private static func copy(_ bytes: [UInt8]) -> UnsafeMutableBufferPointer<UInt8> {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count + 1)
        _ = buffer.initialize(from: bytes + [0])
        return buffer
    }
}

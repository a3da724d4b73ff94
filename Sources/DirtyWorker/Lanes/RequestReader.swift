import CDirtyApp
import CDirtyLink
import CDirtyWorker
import DirtyWire
import Glibc

/// Reads calls from a lane's socket into memory of its own, laid out as the ABI wants it: a NUL after each text, and
/// attachments at addresses a plugin can compute on.
///
/// Belongs to the lane's thread. What it has read stays until the next `read`.
struct RequestReader: ~Copyable {
    /// What was read last.
    private(set) var header = LaneRequestHeader(
        form: .json,
        call: 0,
        app: 0,
        actionBytes: 0,
        argsBytes: 0,
        kwargsBytes: 0
    )
    private(set) var action = DirtyView()
    private(set) var args = DirtyView()
    private(set) var kwargs = DirtyView()
    /// Those in memory that the client shares are empty until somebody has opened that.
    var attachments: [DirtyView] = []
    /// What the client shares; nil if that is nothing.
    private(set) var shared: LaneSharedMemory?
    /// Why the plugin can't be given what was read; nil if it can.
    private(set) var refusal: AppError?

    private let socket: Int32
    /// How the thread waits for what comes next.
    private var busyPoll: DirtyBusyPoll
    /// What the socket gave and nobody took yet: `inbox[start..<end]`.
    private let inbox: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var body: UnsafeMutableRawBufferPointer
    /// Args and kwargs as JSON, if they came in the GD form.
    private var transcoded = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var sizes: [UInt64] = []

    private static var emptyArray: DirtyView { text("[]") }
    private static var emptyObject: DirtyView { text("{}") }

    private static let inboxBytes = 64 << 10
    /// A larger body is freed when its call is over.
    private static let keptBodyBytes = 1 << 20
    private static let attachmentAlignment = 16
    private static let maxAttachmentBytes: UInt64 = 1 << 40

    /// - Parameter busyPollNanoseconds: How long to look for the next call before sleeping.
    init(socket: Int32, busyPollNanoseconds: UInt64) {
        self.socket = socket
        busyPoll = DirtyBusyPoll()
        busyPoll.limit = busyPollNanoseconds
        inbox = .allocate(byteCount: Self.inboxBytes, alignment: 16)
        body = .allocate(byteCount: 4096, alignment: 64)
    }

    deinit {
        inbox.deallocate()
        body.deallocate()
        transcoded.deallocate()
    }

    /// Waits for the next call; false when the arbiter has closed the lane.
    ///
    /// What was read last stays as it is.
    mutating func awaitCall() throws(LinkFault) -> Bool {
        try fillInbox(to: LaneRequestHeader.bytes)
    }

    /// Reads the next call, waiting for it; false when the arbiter has closed the lane.
    ///
    /// What comes after it is kept: the arbiter may have handed the lane one more.
    mutating func read() throws(LinkFault) -> Bool {
        guard try fillInbox(to: LaneRequestHeader.bytes) else { return false }
        guard let header = LaneRequestHeader(decoding: UnsafeRawBufferPointer(rebasing: inbox[start..<end])) else {
            throw LinkFault("a lane got something that is no call")
        }
        start += LaneRequestHeader.bytes
        if hasExtras { dropExtras() }
        self.header = header
        for _ in 0..<header.attachmentCount {
            guard try fillInbox(to: 8) else { return false }
            sizes.append(UInt64(littleEndian: inbox.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
            start += 8
        }
        guard try readShared() else { return false }
        return try readBody()
    }

    /// Whether what was read last may have more than texts in JSON: attachments, or a reason to refuse it.
    var hasExtras: Bool {
        header.attachmentCount > 0 || header.sharedBytes > 0 || header.form == .gd
    }

    /// Forgets what the call that was read last had besides its texts.
    private mutating func dropExtras() {
        sizes.removeAll(keepingCapacity: true)
        attachments.removeAll(keepingCapacity: true)
        shared = nil
        refusal = nil
    }

    /// Reads what is said of shared memory; what is in there has no bytes here.
    private mutating func readShared() throws(LinkFault) -> Bool {
        guard header.sharedBytes > 0 else { return true }
        let bytes = Int(header.sharedBytes)
        guard bytes <= Self.inboxBytes else { throw LinkFault("a call shares more memory than it may") }
        guard try fillInbox(to: bytes) else { return false }
        let text = UnsafeRawBufferPointer(rebasing: inbox[start..<start + bytes])
        guard let shared = LaneSharedMemory(decoding: text), shared.attachments.allSatisfy({ $0.index < sizes.count })
        else { throw LinkFault("a call shares memory, and says it wrongly") }
        start += bytes
        for attachment in shared.attachments { sizes[attachment.index] = 0 }
        self.shared = shared
        return true
    }

    /// Reads what follows header and sizes.
    private mutating func readBody() throws(LinkFault) -> Bool {
        var total = Int(header.actionBytes) + Int(header.argsBytes) + Int(header.kwargsBytes) + 3
        for index in sizes.indices {
            let size = sizes[index]
            guard size <= Self.maxAttachmentBytes, total <= Int(Self.maxAttachmentBytes) else {
                throw LinkFault("a call has attachments beyond any memory")
            }
            total = Self.aligned(total) + Int(size)
        }
        reserve(total)
        var offset = 0
        guard let action = try readText(header.actionBytes, at: &offset),
            let args = try readText(header.argsBytes, at: &offset),
            let kwargs = try readText(header.kwargsBytes, at: &offset)
        else { return false }
        self.action = action
        self.args = args
        self.kwargs = kwargs
        for index in sizes.indices {
            let size = Int(sizes[index])
            offset = Self.aligned(offset)
            guard try take(size, into: offset) else { return false }
            attachments.append(view(at: offset, count: size))
            offset += size
        }
        if header.form == .gd { transcode() }
        if self.args.len == 0 { self.args = Self.emptyArray }
        if self.kwargs.len == 0 { self.kwargs = Self.emptyObject }
        return true
    }

    /// Puts args and kwargs into JSON; bytes in them become attachments.
    private mutating func transcode() {
        var text: [UInt8] = []
        do {
            let argsEnd = try appendJSON(of: args, to: &text)
            let kwargsEnd = try appendJSON(of: kwargs, to: &text)
            transcoded.deallocate()
            transcoded = .allocate(byteCount: text.count, alignment: 16)
            transcoded.copyBytes(from: text)
            let start = UnsafePointer(transcoded.baseAddress!.assumingMemoryBound(to: UInt8.self))
            args = DirtyView(ptr: start, len: argsEnd)
            kwargs = DirtyView(ptr: start + argsEnd + 1, len: kwargsEnd - argsEnd - 1)
        } catch {
            refusal = AppError(
                DIRTY_E_INVALID,
                "the arguments can't be carried over to JSON: \(error.message)",
                executed: .no
            )
        }
    }

    /// Appends a GD value as JSON and a NUL; nothing but the NUL if there is no value.
    ///
    /// Returns where the text ends.
    private mutating func appendJSON(of value: DirtyView, to text: inout [UInt8]) throws(GDError) -> Int {
        if value.len > 0 {
            var found: [DirtyView] = []
            let first = attachments.count
            try GDTranscoder.json(fromTLV: UnsafeRawBufferPointer(start: value.ptr, count: value.len), into: &text) {
                bytes in
                found.append(DirtyView(ptr: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), len: bytes.count))
                return first + found.count - 1
            }
            attachments.append(contentsOf: found)
        }
        text.append(0)
        return text.count - 1
    }

    /// Reads a text to `offset` in the body and puts a NUL behind it; nil if the lane is closed before.
    private mutating func readText(_ count: UInt32, at offset: inout Int) throws(LinkFault) -> DirtyView? {
        guard count > 0 else { return Self.text("") }
        guard try take(Int(count), into: offset) else { return nil }
        let text = view(at: offset, count: Int(count))
        offset += Int(count)
        body[offset] = 0
        offset += 1
        return text
    }

    private func view(at offset: Int, count: Int) -> DirtyView {
        DirtyView(ptr: UnsafePointer(body.baseAddress!.assumingMemoryBound(to: UInt8.self) + offset), len: count)
    }

    /// Makes the body hold `bytes` bytes, and not many more than it should.
    @inline(__always)
    private mutating func reserve(_ bytes: Int) {
        guard bytes > body.count || body.count > max(bytes, Self.keptBodyBytes) else { return }
        body.deallocate()
        body = .allocate(byteCount: max(bytes, Self.inboxBytes), alignment: 64)
        dirty_prefer_huge_pages(body.baseAddress, body.count)
    }

    /// Moves the next `count` bytes of the stream to `offset` in the body; false if the lane is closed before.
    @inline(__always)
    private mutating func take(_ count: Int, into offset: Int) throws(LinkFault) -> Bool {
        if count <= end - start {
            (body.baseAddress! + offset).copyMemory(from: inbox.baseAddress! + start, byteCount: count)
            start += count
            return true
        }
        return try takeInPieces(count, into: offset)
    }

    /// Does the same for bytes that the inbox doesn't have yet.
    private mutating func takeInPieces(_ count: Int, into offset: Int) throws(LinkFault) -> Bool {
        var offset = offset
        var rest = count
        while rest > 0 {
            if start == end {
                // Large pieces go to their place at once; small ones come together, with what follows them.
                guard rest < Self.inboxBytes / 2 else { return try receive(rest, into: offset) }
                guard try fillInbox(to: 1) else { return false }
            }
            let moved = min(rest, end - start)
            (body.baseAddress! + offset).copyMemory(from: inbox.baseAddress! + start, byteCount: moved)
            start += moved
            offset += moved
            rest -= moved
        }
        return true
    }

    /// Receives `count` bytes straight into the body.
    private func receive(_ count: Int, into offset: Int) throws(LinkFault) -> Bool {
        var piece = iovec(iov_base: body.baseAddress! + offset, iov_len: count)
        let result = dirty_io_receive_all(socket, &piece, 1)
        if result == 0 { return true }
        try Self.checkEnd(result)
        return false
    }

    /// Has `count` bytes ready in the inbox; false if the lane is closed before.
    private mutating func fillInbox(to count: Int) throws(LinkFault) -> Bool {
        while end - start < count {
            if start == end {
                start = 0
                end = 0
            } else if start > 0, Self.inboxBytes - start < count {
                inbox.baseAddress!.copyMemory(from: inbox.baseAddress! + start, byteCount: end - start)
                end -= start
                start = 0
            }
            let received = dirty_io_receive(socket, inbox.baseAddress! + end, Self.inboxBytes - end, &busyPoll)
            guard received > 0 else {
                try Self.checkEnd(Int32(received))
                return false
            }
            end += received
        }
        return true
    }

    /// Checks that a result at or below 0 says that the arbiter has closed the lane, and nothing worse.
    private static func checkEnd(_ result: Int32) throws(LinkFault) {
        // A reset is how the arbiter's end looks if it left something unread.
        guard result == 0 || result == -EPIPE || result == -ECONNRESET else {
            throw LinkFault("a lane can't be read: \(String(errorNumber: -result))")
        }
    }

    /// A text view of a literal, which a NUL follows.
    private static func text(_ literal: StaticString) -> DirtyView {
        DirtyView(ptr: literal.utf8Start, len: literal.utf8CodeUnitCount)
    }

    private static func aligned(_ offset: Int) -> Int {
        (offset + attachmentAlignment - 1) / attachmentAlignment * attachmentAlignment
    }
}

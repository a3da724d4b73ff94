import CDirtyLink
import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

/// Attachments in memory that the client shares: this process, here.
@Suite struct SharedMemoryTests {
    private func probe() throws -> TestArbiter {
        let arbiter = try TestArbiter()
        try arbiter.loadReady(FixturePlugin.path("probe"))
        return arbiter
    }

    private func shared(
        _ pieces: [Int: SharedMemory],
        area: SharedMemory? = nil,
        owner: pid_t = getpid()
    )
        -> LaneSharedMemory
    {
        let attachments = pieces.sorted { $0.key < $1.key }.map { index, memory in
            LaneSharedMemory.Attachment(index: index, memory: memory)
        }
        return LaneSharedMemory(owner: owner, attachments: attachments, area: area)
    }

    /// The error that a call with `shared` in place of its one attachment ends with, before the plugin has it.
    private func refusal(_ shared: LaneSharedMemory, by arbiter: TestArbiter) throws -> ErrorReply {
        try arbiter.call("reflect", flags: .attachmentsInReplies, attachments: [[]], shared: shared)
        let reply = try arbiter.reply()
        #expect(reply.header.flags == .rejected)
        let error = try arbiter.error(reply)
        #expect(error.type == .protocol && error.executed == .no)
        #expect(error.details["what"] == "shared_memory")
        #expect(arbiter.begun(lane: 0) != arbiter.sequence << 8, "the plugin had it")
        return error
    }

    private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    @Test func `shared attachments reach the plugin beside those that are sent`() throws {
        let arbiter = try probe()
        let memory = try SharedFile(Self.bytes)
        let pieces = [
            1: memory.piece(size: 300_000), 2: memory.piece(offset: 4160, size: 5000), 4: memory.piece(size: 0),
        ]
        let sent: [[UInt8]] = [[1, 2], [], [], [3], []]
        for _ in 0..<3 {
            try arbiter.call("reflect", "[1]", flags: .attachmentsInReplies, attachments: sent, shared: shared(pieces))
            let reply = try arbiter.reply()
            #expect(reply.text == "[[1],{}]")
            #expect(reply.attachments == [[1, 2], Self.bytes, Array(Self.bytes[4160..<9160]), [3], []])
            if reply.header.flags.contains(.laneStaysBusy) { #expect(try arbiter.reply().header.kind == .free) }
        }
    }

    @Test func `a call's memory is let go when the call is over`() throws {
        let arbiter = try probe()
        let memory = try SharedFile(Self.bytes)
        let area = try SharedFile([UInt8](repeating: 0, count: 300_000), .size)
        let before = try arbiter.descriptors()
        let call = shared([0: memory.piece(size: 300_000)], area: area.piece(size: 300_000))
        try arbiter.call("reflect", flags: .attachmentsInReplies, attachments: [[]], shared: call)
        #expect(try arbiter.reply().header.kind == .response)
        #expect(try arbiter.result("nothing") == .null)
        #expect(try arbiter.descriptors() == before)
        #expect(try !arbiter.maps().contains("memfd:test"))
    }

    @Test func `answers are written into the area as far as they fit, and the rest is sent`() throws {
        let arbiter = try probe()
        let area = try SharedFile([UInt8](repeating: 0xEE, count: 4096), .size)
        let attachments = [[1, 2, 3], [UInt8](repeating: 4, count: 1000), [UInt8](repeating: 5, count: 3000), [6], []]
        let call = shared([:], area: area.piece(offset: 128, size: 2000))
        try arbiter.call("reflect", flags: .attachmentsInReplies, attachments: attachments, shared: call)
        let reply = try arbiter.reply()
        #expect(
            reply.places == [
                .area(offset: 128, size: 3), .area(offset: 192, size: 1000), .inline(3000),
                .area(offset: 1216, size: 1), .inline(0),
            ]
        )
        #expect(reply.attachments[2] == attachments[2])
        #expect(area.bytes(128..<131) == [1, 2, 3] && area.bytes(192..<1192) == attachments[1])
        #expect(area.bytes(1216..<1217) == [6])
        #expect(area.bytes(0..<128) == [UInt8](repeating: 0xEE, count: 128))
        #expect(area.bytes(2128..<4096) == [UInt8](repeating: 0xEE, count: 1968))
    }

    @Test func `a large answer gets into an area whether that has its pages already or not`() throws {
        let arbiter = try probe()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let memory = try SharedFile(bytes)
        let area = try SharedFile(sparse: 4_000_000)
        for turn in 0..<3 {
            let place = area.piece(offset: 640, size: 3_500_000)
            let call = shared([0: memory.piece(size: bytes.count)], area: place)
            try arbiter.call("reflect", flags: .attachmentsInReplies, attachments: [[]], shared: call)
            let reply = try arbiter.reply()
            #expect(reply.places == [.area(offset: 640, size: bytes.count)])
            #expect(area.bytes(640..<640 + bytes.count) == bytes, "turn \(turn)")
            #expect(area.bytes(0..<640) == [UInt8](repeating: 0, count: 640))
            if turn == 1 { area.fill(with: 0) }
        }
    }

    @Test func `the memory lasts until another thread has finished the call`() throws {
        let arbiter = try probe()
        let memory = try SharedFile(Self.bytes)
        let area = try SharedFile([UInt8](repeating: 0, count: 300_000), .size)
        let call = shared([0: memory.piece(size: 300_000)], area: area.piece(size: 300_000))
        for _ in 0..<20 {
            try arbiter.call("reflect_later", flags: .attachmentsInReplies, attachments: [[]], shared: call)
            let reply = try arbiter.reply()
            #expect(reply.header.kind == .response && reply.places == [.area(offset: 0, size: 300_000)])
            #expect(area.bytes(0..<300_000) == Self.bytes)
            if reply.header.flags.contains(.laneStaysBusy) { #expect(try arbiter.reply().header.kind == .free) }
        }
        #expect(try arbiter.result("nothing") == .null)
        // The thread that has answered lets go of it only then.
        let deadline = ContinuousClock.now + .seconds(20)
        while try arbiter.maps().contains("memfd:test"), .now < deadline { sched_yield() }
        #expect(try !arbiter.maps().contains("memfd:test"))
    }

    @Test func `chunks of a stream are sent, whatever area there is`() throws {
        let arbiter = try probe()
        let area = try SharedFile([UInt8](repeating: 0, count: 4096), .size)
        try arbiter.call("release", flags: .attachmentsInReplies, shared: shared([:], area: area.piece(size: 4096)))
        let chunks = [try arbiter.reply(), try arbiter.reply()]
        #expect(chunks.map(\.header.kind) == [.chunk, .chunk])
        #expect(chunks[0].attachments == [Array("emitted 0".utf8), Array("emitted 1".utf8)])
        #expect(chunks[1].attachments == [Array("the result".utf8)])
        #expect(area.bytes(0..<4096) == [UInt8](repeating: 0, count: 4096))
    }

    @Test func `what isn't sealed, isn't memory or is too short is refused`() throws {
        let arbiter = try probe()
        let sealed = try SharedFile(Self.bytes)
        let sizeOnly = try SharedFile(Self.bytes, .size)
        let unsealed = try SharedFile(Self.bytes, .none)
        let end = try refusal(shared([0: sealed.piece(offset: 64, size: 300_000)]), by: arbiter)
        #expect(end.details["cause"] == "too_short" && end.details["attachment"] == 0)
        #expect(end.message.contains("before byte 300064"))
        for memory in [sizeOnly, unsealed] {
            let error = try refusal(shared([0: memory.piece(size: 1)]), by: arbiter)
            #expect(error.details["cause"] == "not_sealed" && error.message.contains("F_SEAL_WRITE"))
        }
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        let device = SharedMemory(descriptor: file, inode: SharedFile.inode(of: file), offset: 0, size: 1)
        #expect(try refusal(shared([0: device]), by: arbiter).details["cause"] == "not_memory")
        #expect(try arbiter.result("nothing") == .null, "the lane serves on")
    }

    @Test func `a pipe is refused without waiting for it`() throws {
        var ends: [Int32] = [0, 0]
        #expect(dirty_pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let pipe = SharedMemory(descriptor: ends[0], inode: SharedFile.inode(of: ends[0]), offset: 0, size: 1)
        #expect(try refusal(shared([0: pipe]), by: try probe()).details["cause"] == "not_memory")
    }

    @Test func `a file of a file system in memory is no sealed memory`() throws {
        let path = "/dev/shm/dirty-test-\(getpid())"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        #expect(file >= 0)
        defer { close(file) }
        unlink(path)
        _ = pwrite(file, Self.bytes, 1000, 0)
        let memory = SharedMemory(descriptor: file, inode: SharedFile.inode(of: file), offset: 0, size: 1000)
        #expect(try refusal(shared([0: memory]), by: try probe()).details["cause"] == "not_sealed")
    }

    @Test func `a descriptor that is closed, is another file or another process's is refused`() throws {
        let arbiter = try probe()
        let memory = try SharedFile(Self.bytes)
        var piece = memory.piece(size: 1)
        piece.descriptor = 1_000_000
        let closed = try refusal(shared([0: piece]), by: arbiter)
        #expect(closed.details["cause"] == "not_opened")
        #expect(closed.message.contains("descriptor 1000000 of process \(getpid())"))
        piece = memory.piece(size: 1)
        piece.inode += 1
        #expect(try refusal(shared([0: piece]), by: arbiter).details["cause"] == "other_file")
        let other = try refusal(shared([0: memory.piece(size: 1)], owner: arbiter.pid), by: arbiter)
        #expect(["not_opened", "not_memory", "other_file"].contains(other.details["cause"]?.stringValue))
        let gone = try refusal(shared([0: memory.piece(size: 1)], owner: .max), by: arbiter)
        #expect(gone.details["cause"] == "not_opened")
    }

    @Test func `an area that could shrink, or can't be written, is refused`() throws {
        let arbiter = try probe()
        let memories = try [SharedFile([0], .none), SharedFile([0], .all), SharedFile([0], .size)]
        let errors = try zip(memories, [1, 1, 2]).map { memory, size in
            try refusal(shared([:], area: memory.piece(size: size)), by: arbiter)
        }
        #expect(errors.map { $0.details["cause"] } == ["not_sealed", "read_only", "too_short"])
        #expect(errors.allSatisfy { $0.details["attachment"] == "answer_area" })
    }

    @Test func `memory that is said wrongly ends the worker`() throws {
        let arbiter = try probe()
        let memory = try SharedFile(Self.bytes)
        try arbiter.call("reflect", attachments: [[]], shared: shared([1: memory.piece(size: 1)]))
        #expect(try arbiter.exitStatus() != .exited(0))
    }
}

extension TestArbiter {
    /// The worker's open descriptors.
    fileprivate func descriptors() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"))
    }

    /// What the worker has mapped, as the kernel lists it.
    fileprivate func maps() throws -> String {
        try String(contentsOfFile: "/proc/\(pid)/maps", encoding: .utf8)
    }
}

import DirtyWire
import NIOCore
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("Frames of a lane")
struct LaneFramesTests {
    /// What came out, in memory of its own.
    private enum Output: Equatable {
        case frame(LaneReplyHeader, body: [UInt8], attachments: [UInt8])
        case nonsense
    }

    private func frame(_ call: UInt64, body: [UInt8] = [], attachments: [[UInt8]] = []) -> (bytes: [UInt8], Output) {
        let header = LaneReplyHeader(
            kind: .response,
            call: call,
            bodyBytes: UInt32(body.count),
            attachmentCount: UInt32(attachments.count),
            attachmentBytes: UInt64(attachments.joined().count)
        )
        let sizes = attachments.flatMap { attachment in
            withUnsafeBytes(of: UInt64(attachment.count).littleEndian) { Array($0) }
        }
        let all = Array(attachments.joined())
        return (bytes(of: header) + sizes + body + all, .frame(header, body: body, attachments: all))
    }

    private func bytes(of header: LaneReplyHeader) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: LaneReplyHeader.bytes)
        bytes.withUnsafeMutableBytes { header.encode(into: $0) }
        return bytes
    }

    /// Takes the bytes in, at most `most` at a time and where the frames want them; what comes out.
    private func outputs(_ frames: inout LaneFrames, _ bytes: some Collection<UInt8>, most: Int = .max) -> [Output] {
        var rest = Array(bytes)[...]
        var outputs: [Output] = []
        while !rest.isEmpty {
            let placed = frames.receive { space in
                let piece = rest.prefix(min(most, space.count))
                rest = rest.dropFirst(piece.count)
                space.copyBytes(from: piece)
                return piece.count
            }
            if placed != nil {
                drain(&frames, into: &outputs)
                continue
            }
            // Memory that is overwritten at once: nothing may stay there.
            let piece = Array(rest.prefix(min(most, 1 << 16)))
            rest = rest.dropFirst(piece.count)
            let space = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
            space.copyBytes(from: piece)
            frames.take(UnsafeRawBufferPointer(space))
            drain(&frames, into: &outputs)
            space.initializeMemory(as: UInt8.self, repeating: 0xEE)
            space.deallocate()
        }
        return outputs
    }

    private func drain(_ frames: inout LaneFrames, into outputs: inout [Output]) {
        while let next = frames.next() {
            switch next {
            case .frame(let frame):
                outputs.append(.frame(frame.header, body: Array(frame.body), attachments: Array(frame.attachments)))
            case .nonsense:
                return outputs.append(.nonsense)
            }
        }
    }

    @Test("come whole however they are cut")
    func cuts() {
        let parts = [frame(1, body: [1, 2, 3]), frame(2), frame(3, body: [4], attachments: [[5, 6], [], [7]])]
        let bytes = parts.flatMap(\.bytes)
        for cut in 0...bytes.count {
            var frames = LaneFrames(spareMemory: SpareMemory { _ in })
            let outputs = outputs(&frames, bytes[..<cut]) + outputs(&frames, bytes[cut...])
            #expect(outputs == parts.map(\.1), "cut at \(cut)")
        }
        for most in [1, 2, 39, 40, 41] {
            var frames = LaneFrames(spareMemory: SpareMemory { _ in })
            #expect(outputs(&frames, bytes, most: most) == parts.map(\.1), "\(most) at a time")
        }
    }

    @Test("come as soon as they are whole")
    func atOnce() {
        var frames = LaneFrames(spareMemory: SpareMemory { _ in })
        let (first, second) = (frame(1, body: [1]), frame(2, body: [2]))
        #expect(outputs(&frames, first.bytes.dropLast()) == [])
        #expect(outputs(&frames, [1] + second.bytes + first.bytes.prefix(7)) == [first.1, second.1])
        #expect(outputs(&frames, first.bytes.dropFirst(7)) == [first.1])
    }

    @Test(
        "large ones are read to where they stay, and no byte of the next",
        arguments: [1000, 1 << 15, 1 << 16, 1 << 20]
    )
    func large(_ most: Int) {
        let sizes = [PlacedRead.shortestBytes, 3 * PlacedRead.longestBytes, 5]
        let parts = sizes.enumerated().map { frame(UInt64($0), body: pattern($1), attachments: [pattern($1, from: 9)]) }
        var frames = LaneFrames(spareMemory: SpareMemory { _ in })
        #expect(outputs(&frames, parts.flatMap(\.bytes), most: most) == parts.map(\.1))
    }

    @Test("ask for what they lack and no more, if that is much")
    func placed() {
        var frames = LaneFrames(spareMemory: SpareMemory { _ in })
        let part = frame(1, body: pattern(PlacedRead.shortestBytes + 1))
        #expect(frames.receive { _ in 0 } == nil)
        #expect(outputs(&frames, part.bytes.prefix(LaneReplyHeader.bytes)) == [])
        var wanted = 0
        // What ends or fails meanwhile changes nothing.
        for result in [0, -1] {
            let given = frames.receive { space in
                wanted = space.count
                return result
            }
            #expect(given == result && wanted == PlacedRead.shortestBytes + 1)
        }
        #expect(outputs(&frames, part.bytes.dropFirst(LaneReplyHeader.bytes).prefix(1)) == [])
        #expect(frames.receive { _ in 0 } == 0)
        #expect(outputs(&frames, part.bytes.dropFirst(LaneReplyHeader.bytes + 1)) == [part.1])
        #expect(frames.receive { _ in 0 } == nil)
    }

    @Test("one that isn't copied may be held on to")
    func owned() throws {
        let part = frame(1, body: pattern(1000))
        var held: LaneFrame?
        try part.bytes.withUnsafeBytes { bytes in
            var frames = LaneFrames(spareMemory: SpareMemory { _ in })
            // In two pieces, so that it is put together in memory of its own; and in one, so that it is borrowed.
            frames.take(UnsafeRawBufferPointer(rebasing: bytes[..<500]))
            #expect(frames.next() == nil)
            frames.take(UnsafeRawBufferPointer(rebasing: bytes[500...]))
            guard case .frame(let frame) = frames.next() else { throw TestFailure("no frame") }
            #expect(frame.owner != nil)
            held = frame.owned()
            frames.take(bytes)
            guard case .frame(let borrowed) = frames.next() else { throw TestFailure("no frame") }
            #expect(borrowed.owner == nil && borrowed.owned().owner != nil)
            #expect(borrowed.piece(borrowed.body) == ByteBuffer(bytes: pattern(1000)))
        }
        let frame = try #require(held)
        #expect(Array(frame.body) == pattern(1000))
        #expect(frame.piece(frame.body) == ByteBuffer(bytes: pattern(1000)))
    }

    @Test("what is none is nonsense, whole or in pieces, and what comes before it is not", arguments: [1, 40, 1000])
    func nonsense(_ most: Int) {
        let good = frame(1, body: [1])
        for place in [0, 4, 6, 36] {
            var bad = frame(2, body: [2]).bytes
            bad[place] = 0xFF
            var frames = LaneFrames(spareMemory: SpareMemory { _ in })
            #expect(
                outputs(&frames, good.bytes + bad.prefix(LaneReplyHeader.bytes), most: most) == [good.1, .nonsense]
            )
        }
    }

    @Test(
        "one whose attachments aren't as long as it says is nonsense",
        arguments: [[3, 4], [4], [], [8, -1], [0, 8]]
    )
    func wrongAttachments(_ sizes: [Int]) {
        let header = LaneReplyHeader(
            kind: .response,
            call: 1,
            attachmentCount: UInt32(sizes.count),
            attachmentBytes: 7
        )
        let numbers = sizes.flatMap { size in withUnsafeBytes(of: Int64(size).littleEndian) { Array($0) } }
        var frames = LaneFrames(spareMemory: SpareMemory { _ in })
        let isRight = sizes == [3, 4]
        let output = outputs(&frames, bytes(of: header) + numbers + [UInt8](repeating: 1, count: 7)).first
        #expect((output == .nonsense) == !isRight)
    }

    @Test("one longer than any buffer is nonsense", arguments: [1 << 32, 1 << 40, UInt64(Int.max), .max])
    func tooLong(_ attachmentBytes: UInt64) {
        let header = LaneReplyHeader(kind: .response, call: 1, attachmentCount: 1, attachmentBytes: attachmentBytes)
        for most in [7, 1000] {
            var frames = LaneFrames(spareMemory: SpareMemory { _ in })
            #expect(outputs(&frames, bytes(of: header) + [0], most: most).first == .nonsense)
        }
    }
}

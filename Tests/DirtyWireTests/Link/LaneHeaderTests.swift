import DirtyWire
import Testing

/// The headers on a lane.
@Suite struct LaneHeaderTests {
    private static let request = LaneRequestHeader(
        form: .gd,
        flags: [.attachmentsInReplies, .namedByPath],
        call: 0x0102_0304_0506_0708,
        deadline: 0x1112_1314_1516_1718,
        app: 0x2122_2324,
        attachmentCount: 0x3132_3334,
        actionBytes: 0x4142_4344,
        argsBytes: 0x5152_5354,
        kwargsBytes: 0x6162_6364,
        sharedBytes: 0x8182_8384,
        attachmentBytes: 0x7172_7374_7576_7778,
        ticket: 0xA1A2,
        run: 0x9192_9394_9596_9798
    )
    private static let requestBytes = [UInt8](
        hex: """
            444C5231 01 01 0300 0807060504030201 1817161514131211 24232221 34333231 \
            44434241 54535251 64636261 84838281 7877767574737271 9897969594939291 A2A1 000000000000
            """
    )
    private static let reply = LaneReplyHeader(
        kind: .error,
        flags: .laneStaysBusy,
        call: 0x0102_0304_0506_0708,
        bodyBytes: 0x1112_1314,
        attachmentCount: 0x2122_2324,
        attachmentBytes: 0x3132_3334_3536_3738,
        status: -4
    )
    private static let replyBytes = [UInt8](
        hex: """
            444C4131 04 01 0000 0807060504030201 14131211 24232221 3837363534333231 FCFFFFFF 00000000
            """
    )

    @Test("a request header is laid out byte for byte")
    func requestLayout() {
        var bytes = [UInt8](repeating: 0xAA, count: LaneRequestHeader.bytes + 1)
        bytes.withUnsafeMutableBytes { Self.request.encode(into: $0) }
        #expect(bytes == Self.requestBytes + [0xAA])
        #expect(with(Self.requestBytes) { LaneRequestHeader(decoding: $0) } == Self.request)
        #expect(
            with([0] + Self.requestBytes) { LaneRequestHeader(decoding: .init(rebasing: $0[1...])) } == Self.request
        )
    }

    @Test("a reply header is laid out byte for byte")
    func replyLayout() {
        var bytes = [UInt8](repeating: 0xAA, count: LaneReplyHeader.bytes + 1)
        bytes.withUnsafeMutableBytes { Self.reply.encode(into: $0) }
        #expect(bytes == Self.replyBytes + [0xAA])
        #expect(with(Self.replyBytes) { LaneReplyHeader(decoding: $0) } == Self.reply)
    }

    @Test("a header cut off anywhere is none")
    func truncated() {
        for count in 0..<LaneRequestHeader.bytes {
            #expect(with(Array(Self.requestBytes.prefix(count))) { LaneRequestHeader(decoding: $0) } == nil)
        }
        for count in 0..<LaneReplyHeader.bytes {
            #expect(with(Array(Self.replyBytes.prefix(count))) { LaneReplyHeader(decoding: $0) } == nil)
        }
    }

    @Test("a wrong magic, kind, form or reserved field is no header")
    func garbage() {
        let wrongRequests: [(Int, UInt8)] = [
            (0, 0), (3, 0x32), (4, 0), (4, 2), (5, 2), (66, 1), (71, 1),
        ]
        for (place, byte) in wrongRequests {
            var bytes = Self.requestBytes
            bytes[place] = byte
            #expect(with(bytes) { LaneRequestHeader(decoding: $0) } == nil)
        }
        for (place, byte) in [(0, 0), (3, 0x32), (4, 0), (4, 6), (6, 1), (7, 1), (36, 1), (39, 1)] as [(Int, UInt8)] {
            var bytes = Self.replyBytes
            bytes[place] = byte
            #expect(with(bytes) { LaneReplyHeader(decoding: $0) } == nil)
        }
    }

    @Test("what follows a header has a length, unless a broken peer made it overflow")
    func payloadBytes() {
        var request = Self.request
        (request.actionBytes, request.argsBytes, request.kwargsBytes) = (1, 2, 3)
        (request.attachmentCount, request.attachmentBytes, request.sharedBytes) = (2, 100, 0)
        #expect(request.payloadBytes == 122)
        request.sharedBytes = 40
        #expect(request.payloadBytes == 162)
        request.attachmentBytes = UInt64(Int.max)
        #expect(request.payloadBytes == nil)
        request.attachmentBytes = .max
        #expect(request.payloadBytes == nil)
        var reply = Self.reply
        (reply.bodyBytes, reply.attachmentCount, reply.attachmentBytes) = (5, 1, 7)
        #expect(reply.payloadBytes == 20)
        reply.flags = .usesArea
        #expect(reply.payloadBytes == 28)
        reply.attachmentBytes = .max
        #expect(reply.payloadBytes == nil)
    }

    @Test("each kind of reply is known by its number, and the terminal ones end a call")
    func kinds() {
        let kinds: [ReplyKind] = [.response, .chunk, .end, .error, .free]
        #expect(kinds.map(\.rawValue) == [1, 2, 3, 4, 5])
        #expect(kinds.filter(\.isTerminal) == [.response, .end, .error])
    }
}

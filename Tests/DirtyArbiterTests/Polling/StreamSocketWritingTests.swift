import Glibc
import NIOCore
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("Writing to a stream socket", .timeLimit(.minutes(1)))
struct StreamSocketWritingTests {
    @Test("what is written in a turn is sent at its end, in order and at once")
    func oneSend() async throws {
        try await withLoop { loop in
            let pair = try SocketPair(keepsWrites: true)
            let socket = try await RemoteSocket(pair.ours, on: loop)
            let waiting = try await socket.with { socket in
                socket.write([1, 2])
                socket.write(ByteBuffer(bytes: [3]))
                socket.write([4])
                return pair.waitingBytes
            }
            try await socket.with { $0.write([5]) }
            #expect(waiting == 0)
            #expect(try pair.take() == [1, 2, 3, 4])
            #expect(try pair.take() == [5])
        }
    }

    @Test("what is written as bytes come goes with what was written in the same turn")
    func oneSendAsBytesCome() async throws {
        try await withLoop { loop in
            let pair = try SocketPair(keepsWrites: true)
            let socket = try await RemoteSocket(pair.ours, on: loop) { socket in
                let bound = NIOLoopBound(socket, eventLoop: loop)
                socket.onBytes = { socket in
                    socket.write(socket.bytes)
                    loop.execute { bound.value.write([9]) }
                }
            }
            try pair.send([1])
            #expect(try pair.take() == [1, 9])
            #expect(try await socket.with(\.sentBytes) == 2)
        }
    }

    @Test("flushing sends at once, and the turn's end nothing a second time")
    func flush() async throws {
        try await withLoop { loop in
            let pair = try SocketPair(keepsWrites: true)
            let socket = try await RemoteSocket(pair.ours, on: loop)
            let waiting = try await socket.with { socket in
                socket.write([1])
                socket.flush()
                socket.write([2])
                socket.flush()
                socket.flush()
                return pair.waitingBytes
            }
            #expect(waiting > 0)
            try await socket.with { $0.write([3]) }
            #expect(try pair.take() == [1])
            #expect(try pair.take() == [2])
            #expect(try pair.take() == [3])
        }
    }

    @Test("what the other end doesn't take is kept, and sent in order as it does")
    func slowReader() async throws {
        try await withLoop { loop in
            let pair = try SocketPair(bufferBytes: 1)
            let socket = try await RemoteSocket(pair.ours, on: loop)
            var expected: [UInt8] = []
            for size in [100, 50_000, 3, 200_000, 7] {
                let bytes = pattern(size, from: expected.count)
                try await socket.with { $0.write(bytes) }
                expected += bytes
            }
            let count = expected.count
            let (unsent, sent) = try await socket.with { ($0.unsentBytes, $0.sentBytes) }
            #expect(unsent > 200_000 && sent > 0 && unsent + sent == count)
            #expect(try pair.take(exactly: count) == expected)
            #expect(try await socket.with { ($0.unsentBytes, $0.sentBytes) } == (0, count))
            // It waits for what comes, and writes, as before.
            try pair.send([1])
            try await socket.until { $0.bytes == [1] }
            try await socket.with { $0.write([2]) }
            #expect(try pair.take() == [2])
        }
    }

    @Test("one who goes is closed once, amid what was written", arguments: [true, false])
    func gone(_ hasRead: Bool) async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            try await socket.with { $0.write(pattern(4 << 20)) }
            if hasRead { _ = try pair.take() }
            pair.close()
            try await socket.until { $0.events == [.closed] }
            try await loop.turns()
            #expect(try await socket.events == [.closed])
            #expect(try await socket.with(\.unsentBytes) == 0)
        }
    }

    // MARK: The end

    @Test("who ends a socket has it closed when everything was taken, however slowly that is")
    func end() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            let bytes = pattern(4 << 20)
            try await socket.with { socket in
                socket.write(bytes)
                socket.end()
                socket.end()
            }
            try await loop.turns()
            #expect(try await socket.events == [])
            #expect(try pair.takeAll() == bytes)
            try await socket.until { $0.events == [.closed] }
        }
    }

    @Test(
        "what comes after that is not handed on, and doesn't keep what is owed from being taken",
        arguments: [1, 1 << 20]
    )
    func endWithInput(_ size: Int) async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            try await socket.with { socket in
                try? pair.send([1, 2, 3])
                socket.write(pattern(size))
                socket.end()
            }
            // An end that had left bytes unread would be a reset instead.
            #expect(try pair.takeAll() == pattern(size))
            try await socket.until { $0.events == [.closed] }
            #expect(try await socket.bytes == [])
        }
    }

    @Test("one who goes before that has it closed")
    func goneAmidEnd() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            try await socket.with { socket in
                socket.write(pattern(4 << 20))
                socket.end()
            }
            try pair.send([1])
            pair.close()
            try await socket.until { $0.events == [.closed] }
            #expect(try await socket.bytes == [])
        }
    }

    @Test("a socket may be ended as bytes come")
    func endAmidReading() async throws {
        try await withLoop { loop in
            let pair = try SocketPair(bufferBytes: 4 << 20)
            try pair.send(pattern(150_000))
            let socket = try await RemoteSocket(pair.ours, on: loop) { socket in
                socket.onBytes = { socket in
                    socket.write([7])
                    socket.end()
                }
            }
            #expect(try pair.takeAll() == [7])
            try await socket.until { $0.events == [.closed] }
            #expect(try await socket.with(\.readings).count == 1)
        }
    }

    // MARK: Fullness

    @Test("is told once when too much waits, and once when little does again")
    func marks() async throws {
        try await withLoop { loop in
            let pair = try SocketPair(bufferBytes: 1)
            let socket = try await RemoteSocket(pair.ours, on: loop) { $0.mark(low: 100_000, high: 200_000) }
            let (before, above) = try await socket.with { socket in
                socket.write(pattern(200_000))
                let before = socket.events
                socket.write([1])
                socket.write(pattern(100_000))
                return (before, socket.events)
            }
            #expect(before == [] && above == [.full])
            try await loop.turns()
            #expect(try await socket.events == [.full])
            var taken = 0
            while try await socket.with(\.unsentBytes) >= 100_000 {
                #expect(try await socket.events == [.full])
                taken += try pair.take(1 << 12).count
                try await loop.turns()
            }
            #expect(try await socket.events == [.full, .spare])
            _ = try pair.take(exactly: 300_001 - taken)
            try await socket.with { $0.write(pattern(300_000)) }
            #expect(try await socket.events == [.full, .spare, .full])
            _ = try pair.take(exactly: 300_000)
            try await socket.until { $0.events == [.full, .spare, .full, .spare] }
        }
    }

    @Test("ends when nothing waits, whatever the marks", arguments: [0, 1])
    func lowestMarks(_ high: Int) async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop) { $0.mark(low: high / 2, high: high) }
            try await socket.with { $0.write([1, 2]) }
            try await socket.until { $0.events == [.full, .spare] }
            #expect(try pair.take() == [1, 2])
        }
    }
}

import Glibc
import NIOCore
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("Reading from a stream socket", .timeLimit(.minutes(1)))
struct StreamSocketTests {
    @Test("hands on what comes, in order, however much it is")
    func bytes() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            try pair.send([1, 2])
            try await socket.until { $0.bytes.count == 2 }
            let sent = pattern(3 << 20)
            try pair.send(sent)
            try await socket.until { $0.bytes.count == 2 + 3 << 20 }
            #expect(try await socket.bytes == [1, 2] + sent)
            #expect(try await socket.events == [])
        }
    }

    @Test("tells the end of input once, after all bytes; what is written is still sent")
    func halfClosed() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            try pair.send([1, 2, 3])
            pair.endInput()
            try await socket.until { $0.events == [.inputEnded] }
            #expect(try await socket.bytes == [1, 2, 3])
            try await loop.turns()
            try await socket.with { $0.write([4]) }
            #expect(try pair.take() == [4])
            #expect(try await socket.events == [.inputEnded])
            pair.close()
            try await socket.until { $0.events == [.inputEnded, .closed] }
        }
    }

    @Test("tells once that it is closed, whoever does it")
    func closedOnce() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop) { socket in
                socket.onEvent = { socket, _ in socket.close() }
            }
            try await socket.with { socket in
                socket.close()
                socket.close()
                socket.write([1])
                socket.end()
                socket.setReading(true)
                socket.drain()
                socket.drainToEnd()
                socket.flush()
            }
            try await loop.turns()
            #expect(try await socket.events == [.closed])
            #expect(try pair.take() == [])
        }
    }

    @Test("of one who is gone everything is read before it is closed", arguments: [1, 1 << 16, 160_000])
    func gone(_ size: Int) async throws {
        try await withLoop { loop in
            let pair = try SocketPair(bufferBytes: 4 << 20)
            let sent = pattern(size)
            try pair.send(sent)
            pair.close()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            try await socket.until { $0.events == [.closed] }
            #expect(try await socket.bytes == sent)
        }
    }

    @Test("of one who is gone, and takes no more, everything is read before a write fails", arguments: [true, false])
    func goneAmidWriting(_ isAtOnce: Bool) async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            let sent = pattern(100_000)
            if isAtOnce {
                try await socket.with { socket in
                    // Gone in the turn that writes: that it is gone can't have been told.
                    try? pair.send(sent)
                    pair.close()
                    socket.write([1])
                    socket.flush()
                }
            } else {
                try await socket.with { $0.write(pattern(4 << 20)) }
                try await socket.with { _ in
                    try? pair.send(sent)
                    pair.close()
                }
            }
            try await socket.until { $0.events == [.closed] }
            #expect(try await socket.bytes == sent)
            #expect(try await socket.with(\.bytesAtClose) == sent.count)
        }
    }

    // MARK: Pauses

    @Test("reads nothing while it is told not to, and all when it may again")
    func paused() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            try await socket.with { $0.setReading(false) }
            try pair.send([1, 2, 3])
            pair.endInput()
            try await loop.turns()
            #expect(try await socket.bytes == [])
            #expect(try await socket.events == [])
            try await socket.with { $0.setReading(true) }
            try await socket.until { $0.events == [.inputEnded] }
            #expect(try await socket.bytes == [1, 2, 3])
        }
    }

    @Test("stops after the reading in which it is told to")
    func pausedAmidReading() async throws {
        try await withLoop { loop in
            let pair = try SocketPair(bufferBytes: 4 << 20)
            try pair.send(pattern(150_000))
            pair.close()
            let socket = try await RemoteSocket(pair.ours, on: loop) { socket in
                socket.onBytes = { $0.setReading(false) }
            }
            try await socket.until { $0.bytes.count > 0 }
            try await loop.turns()
            #expect(try await socket.with(\.readings).count == 1)
            #expect(try await socket.events == [])
            try await socket.with { socket in
                socket.onBytes = { _ in }
                socket.setReading(true)
            }
            try await socket.until { $0.events == [.closed] }
            #expect(try await socket.bytes == pattern(150_000))
        }
    }

    @Test("one who goes meanwhile is noticed when reading goes on, and costs nothing until then")
    func parked() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            try await socket.with { $0.setReading(false) }
            try pair.send([1, 2, 3])
            pair.close()
            try await loop.turns()
            #expect(try await socket.events == [])
            #expect(try await loop.busyShare().get() < 0.1)
            // Neither to say so again, nor to go on and stop again, changes that.
            try await socket.with { socket in
                socket.setReading(false)
                socket.setReading(true)
                socket.setReading(false)
            }
            try await loop.turns()
            #expect(try await socket.bytes == [])
            #expect(try await loop.busyShare().get() < 0.1)
            try await socket.with { $0.setReading(true) }
            try await socket.until { $0.events == [.closed] }
            #expect(try await socket.bytes == [1, 2, 3])
        }
    }

    @Test("a half-closed one costs nothing, written to or not")
    func halfClosedIsQuiet() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            pair.endInput()
            try await socket.until { $0.events == [.inputEnded] }
            #expect(try await loop.busyShare().get() < 0.1)
            try await socket.with { $0.write(pattern(4 << 20)) }
            #expect(try await loop.busyShare().get() < 0.1)
            #expect(try await socket.events == [.inputEnded])
        }
    }

    // MARK: Draining

    @Test("draining takes in what has come, without waiting for a turn")
    func drain() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            let count = try await socket.with { socket in
                try? pair.send(pattern(100_000))
                socket.drain()
                return socket.bytes.count
            }
            #expect(count == 100_000)
        }
    }

    @Test("draining takes in no more than had come when it began: who never stops would stop the loop")
    func drainEnds() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop) { socket in
                socket.onBytes = { if $0.bytes.count < 1000 { try? pair.send([7]) } }
            }
            let count = try await socket.with { socket in
                try? pair.send([1, 2, 3])
                socket.drain()
                return socket.bytes.count
            }
            #expect(count == 3)
            try await socket.until { $0.bytes.count == 1000 }
        }
    }

    @Test("draining to the end takes in what has come, and lets nobody send more")
    func drainToEnd() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let socket = try await RemoteSocket(pair.ours, on: loop)
            let (bytes, isLate) = try await socket.with { socket in
                try? pair.send([1, 2, 3])
                socket.drainToEnd()
                let bytes = socket.bytes
                socket.write([5])
                return (bytes, (try? pair.send([4])) == nil)
            }
            #expect(bytes == [1, 2, 3] && isLate)
            try await socket.until { $0.events == [.inputEnded] }
            #expect(try pair.take() == [5])
        }
    }

    // MARK: Others

    @Test("one that is closed in a turn isn't told what the turn had for it")
    func closedAmidTurn() async throws {
        try await withLoop { loop in
            let pairs = try (0..<2).map { _ in try SocketPair() }
            let both = try await loop.submit {
                let sockets = pairs.map { TestSocket(descriptor: $0.ours, on: loop) }
                for (socket, other) in [(sockets[0], sockets[1]), (sockets[1], sockets[0])] {
                    socket.onBytes = { [unowned other] _ in other.close() }
                    try socket.start()
                }
                // Both are told of in the next turn.
                for pair in pairs { try pair.send([1]) }
                return NIOLoopBound(sockets, eventLoop: loop)
            }.get()
            try await loop.turns()
            let told = try await loop.submit { both.value.map { [$0.bytes.count, $0.isOpen ? 1 : 0] } }.get()
            #expect(told.sorted { $0[0] > $1[0] } == [[1, 1], [0, 0]])
        }
    }

    @Test("one that never stops keeps no other waiting")
    func fairness() async throws {
        try await withLoop { loop in
            let (flood, other) = (try SocketPair(), try SocketPair())
            // It fills the loop's room each time, so that there may be more.
            let piece = pattern(1 << 16)
            let flooded = try await RemoteSocket(flood.ours, on: loop) { socket in
                socket.onBytes = { if $0.readings.count < 200 { try? flood.send(piece) } }
            }
            let diary = Diary<Int>()
            let quiet = try await RemoteSocket(other.ours, on: loop)
            try await loop.submit {
                let flooded = flooded.onLoop
                quiet.onLoop.onBytes = { _ in diary.note(flooded.readings.count) }
                try flood.send(piece)
                try other.send([1])
            }.get()
            try await flooded.until { $0.bytes.count >= 199 << 16 }
            #expect(diary.all.count == 1)
            #expect(diary.all.allSatisfy { $0 < 50 })
        }
    }
}

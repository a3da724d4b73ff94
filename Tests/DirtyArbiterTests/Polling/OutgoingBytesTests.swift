import Glibc
import NIOCore
import TestSupport
import Testing

@testable import ArbiterCore
@testable import DirtyArbiter

@Suite("Bytes to be written")
struct OutgoingBytesTests {
    /// More than what is copied.
    private static let large = OutgoingBytes.copyLimitBytes + 1

    private func write(_ outgoing: inout OutgoingBytes, to socket: Int32) throws {
        guard case .done = outgoing.write(to: socket) else { throw TestFailure("not everything was taken") }
    }

    private func append(_ bytes: [UInt8], to outgoing: inout OutgoingBytes) {
        outgoing.append(bytes.count) { $0.copyBytes(from: bytes) }
    }

    @Test("small pieces arrive in one, in order, however they were given")
    func small() throws {
        let pair = try SocketPair()
        defer { Glibc.close(pair.ours) }
        var outgoing = OutgoingBytes(spareMemory: SpareMemory { _ in })
        append([1, 2], to: &outgoing)
        outgoing.append(ByteBuffer(bytes: [3]))
        outgoing.append(ByteBuffer())
        append([], to: &outgoing)
        append([4, 5], to: &outgoing)
        #expect(outgoing.count == 5)
        try write(&outgoing, to: pair.ours)
        #expect(outgoing.count == 0 && outgoing.writtenBytes == 5)
        #expect(try pair.take() == [1, 2, 3, 4, 5])
        append([6], to: &outgoing)
        try write(&outgoing, to: pair.ours)
        #expect(try pair.take() == [6])
        #expect(outgoing.writtenBytes == 6)
    }

    @Test("small and large pieces arrive in the order in which they were added")
    func mixed() throws {
        let pair = try SocketPair()
        defer { Glibc.close(pair.ours) }
        var outgoing = OutgoingBytes(spareMemory: SpareMemory { _ in })
        var expected: [UInt8] = []
        for size in [3, Self.large, 0, 5, OutgoingBytes.copyLimitBytes, 1, Self.large] {
            let bytes = pattern(size, from: expected.count)
            if size % 2 == 0 { append(bytes, to: &outgoing) } else { outgoing.append(ByteBuffer(bytes: bytes)) }
            expected += bytes
        }
        #expect(outgoing.count == expected.count)
        try write(&outgoing, to: pair.ours)
        #expect(try pair.take(exactly: expected.count) == expected)
        // What comes after large pieces is copied again.
        append([7], to: &outgoing)
        try write(&outgoing, to: pair.ours)
        #expect(try pair.take() == [7])
    }

    @Test("more pieces than the kernel is handed at once arrive too")
    func manyPieces() throws {
        let pair = try SocketPair(bufferBytes: 4 << 20)
        defer { Glibc.close(pair.ours) }
        var outgoing = OutgoingBytes(spareMemory: SpareMemory { _ in })
        var expected = pattern(Self.large)
        outgoing.append(ByteBuffer(bytes: expected))
        for size in 1...100 {
            let bytes = pattern(size, from: expected.count)
            outgoing.append(ByteBuffer(bytes: bytes))
            expected += bytes
        }
        try write(&outgoing, to: pair.ours)
        #expect(try pair.take(exactly: expected.count) == expected)
    }

    @Test("what the other end doesn't take stays, and goes on where it stopped", arguments: 0..<4 as Range<UInt64>)
    func partialWrites(_ seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let pair = try SocketPair(bufferBytes: 1)
        defer { Glibc.close(pair.ours) }
        var outgoing = OutgoingBytes(spareMemory: SpareMemory { _ in })
        var (expected, taken): ([UInt8], [UInt8]) = ([], [])
        var timesBlocked = 0
        for round in 0..<300 {
            let size = Int(random.next() % UInt64(round % 10 == 0 ? 3 * Self.large : 700))
            let bytes = pattern(size, from: expected.count)
            if random.next() % 2 == 0 {
                append(bytes, to: &outgoing)
            } else {
                outgoing.append(ByteBuffer(bytes: bytes))
            }
            expected += bytes
            if case .blocked = outgoing.write(to: pair.ours) { timesBlocked += 1 }
            #expect(outgoing.writtenBytes + outgoing.count == expected.count)
            #expect(taken.count + pair.waitingBytes == outgoing.writtenBytes)
            if random.next() % 3 == 0, pair.waitingBytes > 0 {
                taken += try pair.take(1 + Int(random.next() % UInt64(2 * Self.large)))
            }
        }
        while taken.count < expected.count {
            if case .failed(let reason) = outgoing.write(to: pair.ours) { throw TestFailure("failed: \(reason)") }
            taken += try pair.take()
        }
        #expect(timesBlocked > 10)
        #expect(taken == expected, "seed \(seed)")
        #expect(outgoing.count == 0)
    }

    @Test("that nobody takes any more are a failure, and no signal", arguments: [1, large])
    func peerGone(_ size: Int) throws {
        let pair = try SocketPair()
        defer { Glibc.close(pair.ours) }
        pair.close()
        var outgoing = OutgoingBytes(spareMemory: SpareMemory { _ in })
        outgoing.append(ByteBuffer(bytes: pattern(size)))
        guard case .failed(EPIPE) = outgoing.write(to: pair.ours) else { throw TestFailure("no failure") }
        #expect(outgoing.count == size)
        outgoing.removeAll()
        #expect(outgoing.count == 0)
        guard case .done = outgoing.write(to: pair.ours) else { throw TestFailure("nothing is too much") }
    }

    @Test("the memory of the largest pieces is spare once they are written, unless somebody holds it")
    func spare() throws {
        let pair = try SocketPair(bufferBytes: 1 << 20)
        defer { Glibc.close(pair.ours) }
        let spareMemory = SpareMemory { _ in }
        var outgoing = OutgoingBytes(spareMemory: spareMemory)
        var held = ByteBuffer()
        for isHeld in [false, true] {
            var piece = ByteBufferAllocator().buffer(capacity: SpareMemory.smallestBytes)
            piece.writeRepeatingByte(1, count: SpareMemory.smallestBytes)
            if isHeld { held = piece }
            outgoing.append(piece)
            piece = ByteBuffer()
            while outgoing.count > 0 {
                #expect(spareMemory.keptBytes == 0)
                guard case .blocked = outgoing.write(to: pair.ours) else { break }
                _ = try pair.take()
            }
            _ = try pair.take()
            #expect(spareMemory.keptBytes == (isHeld ? 0 : SpareMemory.smallestBytes))
            _ = spareMemory.take(SpareMemory.smallestBytes)
        }
        #expect(held.readableBytes == SpareMemory.smallestBytes)
    }

    @Test("large pieces aren't copied, and aren't held once they are written")
    func held() throws {
        let pair = try SocketPair(bufferBytes: 1 << 20)
        defer { Glibc.close(pair.ours) }
        let bytes = pattern(Self.large)
        var piece = ByteBuffer(bytes: bytes)
        let place = piece.withUnsafeReadableBytes(\.baseAddress)
        var outgoing = OutgoingBytes(spareMemory: SpareMemory { _ in })
        outgoing.append(piece)
        // Somebody else holds its memory: to write to it is to copy it first.
        piece.setInteger(0 as UInt8, at: 0)
        #expect(piece.withUnsafeReadableBytes(\.baseAddress) != place)
        try write(&outgoing, to: pair.ours)
        #expect(try pair.take(exactly: bytes.count) == bytes)

        let second = piece.withUnsafeReadableBytes(\.baseAddress)
        outgoing.append(piece)
        try write(&outgoing, to: pair.ours)
        piece.setInteger(1 as UInt8, at: 0)
        #expect(piece.withUnsafeReadableBytes(\.baseAddress) == second)
        outgoing.append(piece)
        outgoing.removeAll()
        piece.setInteger(2 as UInt8, at: 0)
        #expect(piece.withUnsafeReadableBytes(\.baseAddress) == second)
    }
}

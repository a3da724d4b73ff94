import NIOCore
import Testing

@testable import DirtyArbiter

@Suite("Spare memory")
struct SpareMemoryTests {
    /// Sweeps that wait for their time, which comes when a test says so.
    private final class Sweeps {
        private var waiting: [() -> Void] = []

        var count: Int { waiting.count }

        func add(_ sweep: @escaping () -> Void) { waiting.append(sweep) }

        func run() {
            let due = waiting
            waiting = []
            for sweep in due { sweep() }
        }
    }

    private let sweeps = Sweeps()
    private let spareMemory: SpareMemory
    private static let large = SpareMemory.smallestBytes

    init() {
        spareMemory = SpareMemory { [sweeps] in sweeps.add($0) }
    }

    private func buffer(_ bytes: Int) -> ByteBuffer { ByteBufferAllocator().buffer(capacity: bytes) }

    private func address(_ buffer: ByteBuffer) -> UnsafeRawPointer? {
        buffer.withVeryUnsafeBytes { $0.baseAddress }
    }

    @Test("what was given is taken again, empty, also if it was given in part")
    func again() throws {
        var whole = buffer(Self.large)
        whole.writeRepeatingByte(1, count: Self.large)
        let place = address(whole)
        let slice = try #require(whole.getSlice(at: 0, length: 100))
        whole = ByteBuffer()
        spareMemory.give(consume slice)
        #expect(spareMemory.keptBytes == Self.large)

        let taken = try #require(spareMemory.take(Self.large))
        #expect(address(taken) == place)
        #expect(taken.readableBytes == 0)
        #expect(taken.writableBytes == Self.large)
        #expect(spareMemory.keptBytes == 0)
        #expect(spareMemory.take(Self.large) == nil)
    }

    @Test("what somebody else holds isn't kept, nor is small memory")
    func refused() {
        var held = buffer(Self.large)
        held.writeInteger(UInt64(7))
        spareMemory.give(held)
        spareMemory.give(buffer(Self.large / 2))
        #expect(spareMemory.keptBytes == 0)
        #expect(sweeps.count == 0)
        #expect(held.readInteger(as: UInt64.self) == 7)
    }

    @Test("memory that is too small, or much too large, isn't taken")
    func unfit() {
        spareMemory.give(buffer(2 * Self.large))
        #expect(spareMemory.take(2 * Self.large + 1) == nil)
        #expect(spareMemory.take(Self.large - 1) == nil)
        #expect(spareMemory.take(100) == nil)
        #expect(spareMemory.take(Self.large) != nil)
    }

    @Test("the most recently given that fits is taken first")
    func order() throws {
        let first = buffer(2 * Self.large)
        let second = buffer(2 * Self.large)
        let places = (address(first), address(second))
        spareMemory.give(consume first)
        spareMemory.give(consume second)
        spareMemory.give(buffer(Self.large))
        #expect(address(try #require(spareMemory.take(2 * Self.large))) == places.1)
        #expect(address(try #require(spareMemory.take(2 * Self.large))) == places.0)
    }

    @Test("no more is kept than a few pieces, and than so many bytes in all")
    func bounds() {
        for _ in 0...SpareMemory.mostPieces { spareMemory.give(buffer(Self.large)) }
        #expect(spareMemory.keptBytes == SpareMemory.mostPieces * Self.large)

        let other = SpareMemory { _ in }
        other.mostBytes = 4 * Self.large
        other.give(buffer(2 * Self.large))
        other.give(buffer(4 * Self.large))
        other.give(buffer(2 * Self.large))
        other.give(buffer(Self.large))
        #expect(other.keptBytes == 4 * Self.large)
        other.mostBytes = .max
        #expect(other.mostBytes == SpareMemory.mostBytesEver)
    }

    @Test("what nobody needed between two sweeps is let go")
    func sweeping() throws {
        spareMemory.give(buffer(2 * Self.large))
        spareMemory.give(buffer(Self.large))
        #expect(sweeps.count == 1)
        sweeps.run()
        #expect(spareMemory.keptBytes == 3 * Self.large)

        // One of them is in use now and then.
        spareMemory.give(try #require(spareMemory.take(Self.large)))
        sweeps.run()
        #expect(spareMemory.keptBytes == Self.large)
        #expect(sweeps.count == 1)
        sweeps.run()
        #expect(spareMemory.keptBytes == 0)
        #expect(sweeps.count == 0)

        spareMemory.give(buffer(Self.large))
        #expect(sweeps.count == 1)
    }

    @Test("a request's attachments are given when it is over, unless somebody holds them", arguments: [false, true])
    func request(_ isHeld: Bool) async throws {
        try await withLoop { loop in
            let kept = try await loop.submit {
                var held: ByteBuffer?
                func attachments() -> CallAttachments? {
                    let bytes = ByteBuffer(repeating: 1, count: Self.large)
                    if isHeld { held = bytes }
                    return CallAttachments.of(sizes: [Self.large], bytes: bytes, sharedMemory: nil, on: loop)
                }
                withExtendedLifetime(attachments()) { #expect(loop.spareMemory.keptBytes == 0) }
                return withExtendedLifetime(held) { loop.spareMemory.keptBytes }
            }.get()
            #expect(kept == (isHeld ? 0 : Self.large))
        }
    }

    @Test("a buffer makes room in spare memory, and takes along what it has")
    func makingRoom() throws {
        let spare = buffer(Self.large)
        let place = address(spare)
        spareMemory.give(consume spare)
        var growing = ByteBuffer(string: "begun")
        growing.makeRoom(for: Self.large - 5, in: spareMemory)
        #expect(address(growing) == place)
        #expect(growing.writableBytes >= Self.large - 5)
        #expect(growing.readString(length: 5) == "begun")
        #expect(spareMemory.keptBytes == 0)
    }
}

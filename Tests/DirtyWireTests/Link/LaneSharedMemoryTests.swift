import DirtyWire
import Testing

/// What a lane's request says of shared memory.
@Suite struct LaneSharedMemoryTests {
    private static let whole = LaneSharedMemory(
        owner: 0x0102_0304,
        attachments: [
            LaneSharedMemory.Attachment(
                index: 5,
                memory: SharedMemory(
                    descriptor: 0x1112_1314,
                    inode: 0x2122_2324_2526_2728,
                    offset: 64,
                    size: 0x3132_3334
                )
            )
        ],
        area: SharedMemory(descriptor: 9, inode: 1, offset: 0, size: 2)
    )
    private static let bytes = [UInt8](
        hex: """
            04030201 00000000 \
            05000000 14131211 2827262524232221 4000000000000000 3433323100000000 \
            FFFFFFFF 09000000 0100000000000000 0000000000000000 0200000000000000
            """
    )

    @Test("it is laid out byte for byte, and read back")
    func layout() {
        var bytes = [UInt8](repeating: 0xAA, count: Self.whole.bytes + 1)
        bytes.withUnsafeMutableBytes { Self.whole.encode(into: $0) }
        #expect(bytes == Self.bytes + [0xAA])
        #expect(with(Self.bytes) { LaneSharedMemory(decoding: $0) } == Self.whole)
        let withoutArea = LaneSharedMemory(owner: 1, attachments: [], area: nil)
        #expect(withoutArea.bytes == 8)
    }

    @Test("cut off within a piece, or with a piece beyond any file, it is none")
    func malformed() {
        for count in 0..<Self.bytes.count where count % 32 != 8 {
            #expect(with(Array(Self.bytes.prefix(count))) { LaneSharedMemory(decoding: $0) } == nil)
        }
        for place in [31, 39] {
            var bytes = Self.bytes
            bytes[place] = 0xFF
            #expect(with(bytes) { LaneSharedMemory(decoding: $0) } == nil)
        }
    }
}

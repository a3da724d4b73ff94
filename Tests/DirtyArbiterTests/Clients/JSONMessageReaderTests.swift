import ArbiterCore
import DirtyWire
import NIOCore
import Testing

@testable import DirtyArbiter

@Suite("Cutting JSON messages")
struct JSONMessageReaderTests {
    @Test(
        "attachments of more than a buffer holds are refused, whatever the budget",
        arguments: [3 << 30, (3 << 30) + 1]
    )
    func tooLarge(_ attachmentBytes: Int) throws {
        var configuration = configuration(app("a"))
        configuration.memoryBudgetBytes = 1 << 40
        let reader = JSONMessageReader(limits: FrameLimits(configuration), spareMemory: SpareMemory { _ in }) { _ in
            .overloaded(.memory(0), retryAfter: .zero)
        }
        let text = #"{"type":"request","id":1,"attachments":[\#(attachmentBytes)]}"#
        var frame = ByteBuffer()
        frame.writeInteger(UInt32(text.utf8.count))
        frame.writeString(text)
        frame.withUnsafeReadableBytes(reader.append)
        if attachmentBytes <= 3 << 30 {
            #expect(try reader.next() == nil)
            #expect(reader.idSoFar == .json(Array("1".utf8).withUnsafeBytes { IDToken($0) }))
        } else {
            let fault = #expect(throws: FrameFault.self) { try reader.next() }
            #expect(fault?.error.fault == .tooLarge)
        }
    }
}

import DirtyWire
import Testing

/// The header of GD frames.
@Suite struct GDHeaderTests {
    private func decode(_ bytes: [UInt8], maxPayloadBytes: Int = GDLimits.payloadBytes) throws(GDError) -> GDHeader {
        try with(bytes) { b throws(GDError) in try GDHeader(decoding: b, maxPayloadBytes: maxPayloadBytes) }
    }

    @Test("Gunicorn's frames have the header they should, and ours are the same")
    func golden() throws {
        let samples: [([UInt8], GDType, UInt64)] = [
            (GDSamples.request, .request, 0x0102_0304_0506_0708), (GDSamples.response, .response, 7),
            (GDSamples.error, .error, .max), (GDSamples.chunk, .chunk, 9), (GDSamples.end, .end, 9),
            (GDSamples.status, .status, 3), (GDSamples.manage, .manage, 4), (GDSamples.stash, .stash, 5),
        ]
        for (frame, type, id) in samples {
            let header = try decode(frame)
            #expect(header == GDHeader(type: type, payloadBytes: UInt32(frame.count - 16), requestID: id))
            var bytes = [UInt8](repeating: 0xAA, count: 17)
            bytes.withUnsafeMutableBytes { header.encode(into: $0) }
            #expect(bytes == frame.prefix(16) + [0xAA])
        }
    }

    @Test("an error names the field")
    func errors() {
        let good = GDSamples.end
        func changed(_ place: Int, _ byte: UInt8) -> [UInt8] {
            var bytes = good
            bytes[place] = byte
            return bytes
        }
        for count in 0..<16 {
            #expect(throws: GDError(.truncated, at: count)) { try decode(Array(good.prefix(count))) }
        }
        #expect(throws: GDError(.wrongMagic(0x47, 0x45), at: 0)) { try decode(changed(1, 0x45)) }
        #expect(throws: GDError(.unknownVersion(2), at: 2)) { try decode(changed(2, 2)) }
        for type in UInt8.min...UInt8.max where GDType(rawValue: type) == nil {
            #expect(throws: GDError(.unknownType(type), at: 3)) { try decode(changed(3, type)) }
        }
        #expect(throws: GDError(.payloadTooLarge(bytes: 1 << 24, limit: 100), at: 4)) {
            try decode(changed(4, 1), maxPayloadBytes: 100)
        }
        #expect(throws: GDError(.payloadTooLarge(bytes: 5 << 24, limit: 64 << 20), at: 4)) { try decode(changed(4, 5)) }
        #expect(GDError(.unknownVersion(2), at: 2).message == "the GD frame's version is 2; only version 1 is known")
    }
}

import Foundation
import Testing

@testable import FFIApp

@Suite("SHA-256")
struct SHA256Tests {
    private func hash(_ bytes: [UInt8], pieces: Int = 1) -> String {
        var hash = SHA256()
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: max(1, bytes.count / pieces)) {
                let end = min(start + max(1, bytes.count / pieces), bytes.count)
                hash.add(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            }
        }
        return hash.hexadecimal
    }

    @Test("the standard's own examples come out")
    func examples() {
        #expect(hash([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hash(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000), pieces: 17)
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
    }

    @Test("pieces of any size give the hash of the whole", arguments: [1, 55, 56, 63, 64, 65, 119, 120, 128, 1000])
    func pieces(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for pieces in [2, 3, count] { #expect(hash(bytes, pieces: pieces) == hash(bytes)) }
    }
}

extension [UInt8] {
    /// The contents of a file.
    init(file: String) throws { self = Array(try Data(contentsOf: URL(fileURLWithPath: file))) }
}

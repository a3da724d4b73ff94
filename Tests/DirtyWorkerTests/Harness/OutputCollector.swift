import Foundation
import Glibc

/// Reads what a worker prints, as an arbiter does: always, so that the worker never waits.
final class OutputCollector: @unchecked Sendable {
    // Unchecked: `condition` guards the rest.
    private let condition = NSCondition()
    private var bytes: [UInt8] = []
    private var total = 0
    private var isAtEnd = false

    /// Starts to read `descriptor`, and owns it.
    init(reading descriptor: Int32) {
        let thread = Thread { [self] in
            var piece = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(descriptor, &piece, piece.count)
                if count < 0, errno == EINTR { continue }
                condition.withLock {
                    if count > 0 {
                        total += count
                        // What is asked about is short, and comes in lines.
                        if bytes.count < 1 << 20 { bytes.append(contentsOf: piece[..<count]) }
                    } else {
                        isAtEnd = true
                    }
                    condition.broadcast()
                }
                if count <= 0 { break }
            }
            close(descriptor)
        }
        thread.start()
    }

    /// Waits until the output contains `text`; throws when it has ended or 20 s have passed without.
    func wait(for text: String) throws {
        try wait("for \"\(text)\" in the output") { String(decoding: $0.bytes, as: UTF8.self).contains(text) }
    }

    /// Waits until that many bytes have been printed.
    func wait(forBytes count: Int) throws {
        try wait("for \(count) bytes of output") { $0.total >= count }
    }

    /// All lines, once the output has ended.
    func lines() throws -> [String] {
        try wait("for the end of the output") { $0.isAtEnd }
        return condition.withLock { String(decoding: bytes, as: UTF8.self) }
            .split(separator: "\n").map(String.init)
    }

    private func wait(_ purpose: String, until isTrue: (OutputCollector) -> Bool) throws {
        let end = Date(timeIntervalSinceNow: 20)
        try condition.withLock {
            while !isTrue(self) {
                guard !isAtEnd, condition.wait(until: end) else {
                    throw HarnessError(
                        "waited \(purpose), which is: \(String(decoding: bytes.suffix(4096), as: UTF8.self))"
                    )
                }
            }
        }
    }
}

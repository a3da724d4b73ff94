import Foundation
import Glibc

/// What a process prints, read as it comes, so that the process never waits for its reader.
public final class PrintedText: @unchecked Sendable {
    // Unchecked: `condition` guards the rest.
    private let condition = NSCondition()
    private var bytes: [UInt8] = []
    private var isAtEnd = false

    /// Starts to read `descriptor`, and owns it.
    init(reading descriptor: Int32) {
        let thread = Thread { [self] in
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(descriptor, &piece, piece.count)
                if count < 0, errno == EINTR { continue }
                condition.withLock {
                    if count > 0 { bytes += piece[..<count] } else { isAtEnd = true }
                    condition.broadcast()
                }
                if count <= 0 { break }
            }
            close(descriptor)
        }
        thread.start()
    }

    /// All that has been printed so far.
    public var text: String {
        condition.withLock { current }
    }

    /// All that has been printed, once nothing can follow.
    public func whole(within seconds: Double = 30) throws -> String {
        try wait(within: seconds, for: "the end of the output") { $0.isAtEnd }
        return text
    }

    /// Waits until `text` has been printed `count` times.
    ///
    /// - Throws: ``TestFailure`` with what was printed, if the output ended or the time passed before.
    public func wait(for text: String, count: Int = 1, within seconds: Double = 30) throws {
        try wait(within: seconds, for: "\"\(text)\"\(count == 1 ? "" : ", \(count) times,")") {
            $0.current.components(separatedBy: text).count > count
        }
    }

    private var current: String {
        String(decoding: bytes, as: UTF8.self)
    }

    private func wait(within seconds: Double, for what: String, until isTrue: (PrintedText) -> Bool) throws {
        let end = Date(timeIntervalSinceNow: seconds)
        try condition.withLock {
            while !isTrue(self) {
                guard !isAtEnd, condition.wait(until: end) else {
                    let reason = isAtEnd ? "it ended" : "\(seconds) s passed"
                    throw TestFailure(
                        "waited for \(what) in the output, but \(reason). It is:\n\(current.suffix(8192))"
                    )
                }
            }
        }
    }
}

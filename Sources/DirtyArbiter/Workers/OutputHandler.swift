import CDirtyLink
import Glibc
import Logging
import NIOCore

/// Reads what a process prints, a worker or a hook: logs it line by line, and keeps the end of it for a post-mortem.
///
/// It reads whatever comes, so a plugin that prints is never blocked for longer than a turn of the event loop; what is too
/// much for the log is counted and left out, at the cost of one pass over the bytes. Lives on the arbiter's event loop.
final class OutputHandler: PollSource {
    /// Bytes kept for a post-mortem.
    private static let tailBytes = 4096
    /// A line longer than this is logged in pieces.
    private static let lineBytes = 4096
    /// Lines logged at once after a quiet time, and lines a second after that.
    private static let burst = 1000.0
    private static let linesPerSecond = 200.0
    /// Bytes read in one turn of the event loop: what the pipe holds.
    private static let turnBytes = 1 << 16

    private let logger: Logger
    private var tail: [UInt8] = []
    private var line: [UInt8] = []
    private var allowance = OutputHandler.burst
    private var lastRefill = NIODeadline.now()
    /// What was left out since that was last said.
    private var omitted = (lines: 0, bytes: 0)
    /// Whether the beginning of the line at hand was left out, and so the rest of it is too.
    private var isOmittingLine = false
    private var omissionReport: Scheduled<Void>?

    /// Reads the pipe behind `descriptor`, which it owns, and logs to `logger`.
    init(descriptor: Int32, on pollLoop: PollLoop, logger: Logger) {
        self.logger = logger
        _ = fcntl(descriptor, F_SETFL, O_RDONLY | O_NONBLOCK)
        super.init(descriptor: descriptor, on: pollLoop)
    }

    /// The last that the process printed, at most 4 KiB, whatever bytes it was.
    var tailText: String {
        String(decoding: tail.suffix(Self.tailBytes), as: UTF8.self)
    }

    override func happened(_ events: UInt32) {
        // One piece a turn: a process that floods its pipe holds nobody up.
        if takePiece() == 0 { close() }
    }

    /// Takes in whatever the pipe holds right now; a child that the process forked may keep it open, and print, for ever.
    func drain() {
        var left = isOpen ? readableBytes : 0
        while left > 0 {
            let count = takePiece()
            guard count > 0 else { return }
            left -= count
        }
    }

    /// What has no newline yet is logged, and so is what was left out.
    override func wasClosed() {
        if !line.isEmpty { logLine() }
        omissionReport?.cancel()
        reportOmission()
    }

    /// Reads once; returns how many bytes, 0 at the end, less if there is nothing now.
    private func takePiece() -> Int {
        let space = UnsafeMutableRawBufferPointer(rebasing: pollLoop.space.prefix(Self.turnBytes))
        let count = retryingInterrupts { read(descriptor, space.baseAddress, space.count) }
        if count > 0 { take(UnsafeRawBufferPointer(rebasing: space[..<count])) }
        return count
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        tail.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.suffix(Self.tailBytes)))
        if tail.count > 4 * Self.tailBytes { tail.removeFirst(tail.count - Self.tailBytes) }

        refill()
        var rest = isOmittingLine ? omitLine(bytes) : bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            guard allowance >= 1 else { return omit(rest) }
            let count = min(rest.count, Self.lineBytes - line.count)
            let newline = memchr(start, Int32(UInt8(ascii: "\n")), count)
            let end = newline.map { UnsafeRawPointer($0) - start } ?? count
            line.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<end]))
            rest = UnsafeRawBufferPointer(rebasing: rest[(newline == nil ? end : end + 1)...])
            if newline != nil || line.count >= Self.lineBytes { logLine() }
        }
    }

    private func logLine() {
        allowance -= 1
        let (level, text) = Self.level(of: line)
        logger.log(level: level, "\(String(decoding: text, as: UTF8.self))")
        line.removeAll(keepingCapacity: true)
    }

    private func refill() {
        let now = NIODeadline.now()
        let seconds = Double((now - lastRefill).nanoseconds) / 1e9
        lastRefill = now
        allowance = min(Self.burst, allowance + seconds * Self.linesPerSecond)
    }

    // MARK: What is too much

    /// Leaves out all of `bytes`, and the line that they go on with.
    private func omit(_ bytes: UnsafeRawBufferPointer) {
        var end = 0
        omitted.lines += dirty_count_lines(bytes.baseAddress, bytes.count, &end)
        omitted.bytes += line.count + bytes.count
        line.removeAll(keepingCapacity: true)
        isOmittingLine = end < bytes.count
        reportOmissionSoon()
    }

    /// Leaves out the rest of the line at hand; returns what follows it.
    private func omitLine(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let start = bytes.baseAddress, let newline = memchr(start, Int32(UInt8(ascii: "\n")), bytes.count) else {
            omit(bytes)
            return UnsafeRawBufferPointer(rebasing: bytes[bytes.endIndex...])
        }
        let end = UnsafeRawPointer(newline) - start + 1
        omit(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        return UnsafeRawBufferPointer(rebasing: bytes[end...])
    }

    /// Says a second from now what was left out by then.
    private func reportOmissionSoon() {
        guard omissionReport == nil else { return }
        omissionReport = pollLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            self?.reportOmission()
        }
    }

    private func reportOmission() {
        omissionReport = nil
        guard omitted.bytes > 0 else { return }
        logger.warning(
            "The process prints too much; lines left out",
            metadata: ["lines": "\(omitted.lines)", "bytes": "\(omitted.bytes)"]
        )
        omitted = (0, 0)
    }

    // MARK: Levels

    /// Splits off the level that `DirtyHost.log` puts before a line, as sd-daemon(3) writes it; other lines are `info`.
    private static func level(of line: [UInt8]) -> (Logger.Level, ArraySlice<UInt8>) {
        guard line.count >= 3, line[0] == UInt8(ascii: "<"), line[2] == UInt8(ascii: ">") else {
            return (.info, line[...])
        }
        switch line[1] {
        case UInt8(ascii: "3"): return (.error, line[3...])
        case UInt8(ascii: "4"): return (.warning, line[3...])
        case UInt8(ascii: "6"): return (.info, line[3...])
        case UInt8(ascii: "7"): return (.debug, line[3...])
        default: return (.info, line[...])
        }
    }
}

import Glibc
import Logging
import NIOCore

/// Reads what a worker prints: logs it line by line, and keeps the end of it for a post-mortem.
///
/// It reads whatever comes, so a plugin that prints is never blocked; what is too much for the log is counted and left
/// out. Lives on the arbiter's event loop.
final class OutputHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Bytes kept for a post-mortem.
    private static let tailBytes = 4096
    /// A line longer than this is logged in pieces.
    private static let lineBytes = 4096
    /// Lines logged at once after a quiet time, and lines a second after that.
    private static let burst = 1000.0
    private static let linesPerSecond = 200.0

    private let descriptor: Int32
    private let logger: Logger
    private var context: ChannelHandlerContext?
    private var tail: [UInt8] = []
    private var line: [UInt8] = []
    private var allowance = OutputHandler.burst
    private var lastRefill = NIODeadline.now()
    private var suppressed = 0

    /// Reads the pipe behind `descriptor`, which the channel owns, and logs to `logger`.
    init(descriptor: Int32, logger: Logger) {
        self.descriptor = descriptor
        self.logger = logger
    }

    /// The last that the worker printed, at most 4 KiB, whatever bytes it was.
    var tailText: String {
        String(decoding: tail.suffix(Self.tailBytes), as: UTF8.self)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        // The descriptor is closed, and its number may be a client's by the time that handlers are removed.
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        buffer.withUnsafeReadableBytes(take)
    }

    /// Takes in whatever the pipe holds right now; a child that the plugin forked may keep it open for ever.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { space in
            while context != nil {
                let count = retryingInterrupts { read(descriptor, space.baseAddress, space.count) }
                guard count > 0 else { return }
                take(UnsafeRawBufferPointer(rebasing: space[..<count]))
            }
        }
    }

    /// Logs what has no newline yet, and closes the pipe.
    func close() {
        if !line.isEmpty { logLine() }
        if suppressed > 0 { logSuppressed() }
        let context = self.context
        self.context = nil
        context?.close(promise: nil)
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        tail.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.suffix(Self.tailBytes)))
        if tail.count > 4 * Self.tailBytes { tail.removeFirst(tail.count - Self.tailBytes) }

        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = min(rest.count, Self.lineBytes - line.count)
            // By the C library, as megabytes may come, and all else waits meanwhile.
            let newline = memchr(start, Int32(UInt8(ascii: "\n")), count)
            let end = newline.map { UnsafeRawPointer($0) - start } ?? count
            line.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<end]))
            rest = UnsafeRawBufferPointer(rebasing: rest[(newline == nil ? end : end + 1)...])
            if newline != nil || line.count >= Self.lineBytes { logLine() }
        }
    }

    private func logLine() {
        defer { line.removeAll(keepingCapacity: true) }
        refill()
        guard allowance >= 1 else {
            suppressed += 1
            return
        }
        allowance -= 1
        if suppressed > 0 { logSuppressed() }
        let (level, text) = Self.level(of: line)
        logger.log(level: level, "\(String(decoding: text, as: UTF8.self))")
    }

    private func logSuppressed() {
        logger.warning("The worker prints too much; lines left out", metadata: ["lines": "\(suppressed)"])
        suppressed = 0
    }

    private func refill() {
        let now = NIODeadline.now()
        let seconds = Double((now - lastRefill).nanoseconds) / 1e9
        lastRefill = now
        allowance = min(Self.burst, allowance + seconds * Self.linesPerSecond)
    }

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

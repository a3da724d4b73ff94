import Glibc
import TestSupport

/// A connected pair of stream sockets: the arbiter's end for what is tested, and another that the test plays.
///
/// Nothing here waits for ever: what doesn't come within ten seconds is a failure.
final class SocketPair: @unchecked Sendable {
    // Unchecked: descriptors may be used from any thread, and each test does so in one place at a time.
    /// The arbiter's end; whoever it is given to closes it.
    let ours: Int32
    /// The test's end; -1 once it is closed.
    private(set) var theirs: Int32

    /// A pair whose ends hold `bufferBytes` on their way, as the kernel counts them; nil for what it holds by itself.
    ///
    /// With `keepsWrites`, what is written at once is taken at once: so it shows how often was written.
    init(bufferBytes: Int32? = nil, keepsWrites: Bool = false) throws {
        var ends: [Int32] = [-1, -1]
        let kind = (keepsWrites ? SOCK_SEQPACKET : SOCK_STREAM).rawValue | SOCK_CLOEXEC.rawValue
        guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else { throw TestFailure("can't make a socket pair") }
        (ours, theirs) = (ends[0], ends[1])
        _ = fcntl(ours, F_SETFL, O_NONBLOCK)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(theirs, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(theirs, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard var bytes = bufferBytes else { return }
        for end in ends {
            setsockopt(end, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    deinit {
        close()
    }

    /// Sends bytes to our end.
    func send(_ bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(theirs, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestFailure("can't send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// Takes what is there, at most `most` bytes; waits for the first, and returns none at the end.
    func take(_ most: Int = 1 << 16) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: most)
        let count = recv(theirs, &bytes, bytes.count, 0)
        guard count >= 0 else { throw TestFailure("nothing to take: \(String(cString: strerror(errno)))") }
        return Array(bytes.prefix(count))
    }

    /// Takes just `count` bytes.
    func take(exactly count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try take(count - bytes.count)
            guard !more.isEmpty else { throw TestFailure("the end came after \(bytes.count) of \(count) bytes") }
            bytes += more
        }
        return bytes
    }

    /// Takes everything up to the end.
    func takeAll() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try take()
            guard !more.isEmpty else { return bytes }
            bytes += more
        }
    }

    /// What waits to be taken.
    var waitingBytes: Int {
        var count: Int32 = 0
        return ioctl(theirs, UInt(FIONREAD), &count) == 0 ? Int(count) : -1
    }

    /// Says that nothing more is sent.
    func endInput() {
        shutdown(theirs, Int32(SHUT_WR))
    }

    /// Closes the test's end.
    func close() {
        guard theirs >= 0 else { return }
        Glibc.close(theirs)
        theirs = -1
    }
}

/// `count` bytes that tell their place.
func pattern(_ count: Int, from start: Int = 0) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { space, initialized in
        while initialized < count {
            let block = patternBlock[((start + initialized) % patternBlock.count)...].prefix(count - initialized)
            _ = UnsafeMutableBufferPointer(rebasing: space[initialized...]).update(fromContentsOf: block)
            initialized += block.count
        }
    }
}

/// What is repeated, of a length that no size of a buffer divides.
private let patternBlock = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

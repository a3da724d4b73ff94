internal import CDirtyApp
import DirtyKit
import Glibc

/// What is known of a call: told by the app's thread through the table's functions, read by the test.
final class CallState: Sendable {
    /// A JSON value and its attachments.
    struct Value: Sendable {
        let text: [UInt8]
        let attachments: [[UInt8]]
    }

    /// How the call ended.
    enum Ending: Sendable {
        case result(Value)
        case end
        case error(status: Int32, Value)
    }

    private struct State {
        var stopped: Int32 = DIRTY_OK
        var chunks: [Value] = []
        var isStream = false
        var ending: Ending?
        var lateEvents = 0
        /// Nobody will read chunks: they are counted and dropped.
        var dropsChunks = false
        var reader: CheckedContinuation<Void, Never>?

        mutating func takeReader() -> CheckedContinuation<Void, Never>? {
            defer { reader = nil }
            return reader
        }
    }

    let id: UInt64
    /// On CLOCK_MONOTONIC; 0 for none.
    let deadline: UInt64
    /// So many chunks wait for the test to read them; then `emit` blocks.
    private static let capacity = 16
    private let monitor = Monitor(State())

    init(id: UInt64, timeout: Duration?) {
        self.id = id
        deadline = timeout.map { Self.now() + Self.nanoseconds($0) } ?? 0
    }

    /// Events after the end, which a host refuses; there must be none.
    var lateEvents: Int { monitor.withLock { $0.lateEvents } }

    /// What `poll` answers.
    var status: Int32 {
        monitor.withLock { state in
            if state.stopped != DIRTY_OK { return state.stopped }
            if state.ending != nil { return DIRTY_E_GONE }
            return deadline != 0 && Self.now() >= deadline ? DIRTY_E_DEADLINE : DIRTY_OK
        }
    }

    /// Makes `poll` say why the call is to stop; the first reason stays.
    ///
    /// Says whether this was the first.
    func stop(_ why: Int32) -> Bool {
        let (isFirst, reader) = monitor.change { state in
            let isFirst = state.stopped == DIRTY_OK && state.ending == nil
            if isFirst { state.stopped = why }
            return (isFirst, state.takeReader())
        }
        reader?.resume()
        return isFirst
    }

    /// What `emit` does.
    func emit(_ chunk: Value) -> Int32 {
        let (status, reader) = monitor.wait { state -> (Int32, CheckedContinuation<Void, Never>?)? in
            if state.ending != nil {
                state.lateEvents += 1
                return (DIRTY_E_GONE, nil)
            }
            if state.stopped != DIRTY_OK { return (state.stopped, nil) }
            guard state.chunks.count < Self.capacity || state.dropsChunks else { return nil }
            if !state.dropsChunks { state.chunks.append(chunk) }
            state.isStream = true
            return (DIRTY_OK, state.takeReader())
        }
        reader?.resume()
        return status
    }

    /// What `emit` does that only says that a stream begins.
    func beginStream() -> Int32 {
        let status = status
        guard status == DIRTY_OK else { return status }
        monitor.change { $0.isStream = true }
        return DIRTY_OK
    }

    /// What `finish` does.
    func finish(_ status: Int32, _ value: Value?) -> Int32 {
        let (result, reader) = monitor.change { state -> (Int32, CheckedContinuation<Void, Never>?) in
            guard state.ending == nil else {
                state.lateEvents += 1
                return (DIRTY_E_GONE, nil)
            }
            if status != DIRTY_OK {
                // Attachments of an error are not sent.
                state.ending = .error(status: status, Value(text: value?.text ?? Array("{}".utf8), attachments: []))
            } else if state.isStream {
                if let value { state.chunks.append(value) }
                state.ending = .end
            } else {
                state.ending = .result(value ?? Value(text: Array("null".utf8), attachments: []))
            }
            return (DIRTY_OK, state.takeReader())
        }
        reader?.resume()
        return result
    }

    /// `handle` has returned.
    func returned(_ status: Int32) {
        precondition(status <= DIRTY_OK, "DirtyKit never returns PENDING")
        if monitor.withLock({ $0.ending == nil }) { _ = finish(status, nil) }
    }

    /// The next chunk, or nil at the end.
    func next() async -> Value? {
        while true {
            let (chunk, isOver) = monitor.change { state -> (Value?, Bool) in
                (state.chunks.isEmpty ? nil : state.chunks.removeFirst(), state.ending != nil)
            }
            if let chunk { return chunk }
            if isOver { return nil }
            await change { !$0.chunks.isEmpty || $0.ending != nil }
        }
    }

    /// Lets the call go on to its end without anybody reading its chunks.
    func dropChunks() { monitor.change { $0.dropsChunks = true } }

    /// How the call ended, when it has.
    func ending() async -> Ending {
        while true {
            if let ending = monitor.withLock({ $0.ending }) { return ending }
            await change { $0.ending != nil }
        }
    }

    /// Suspends until something has happened, or returns at once if `isThere`.
    private func change(_ isThere: (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let resumeAtOnce = monitor.withLock { state in
                if isThere(state) { return true }
                precondition(state.reader == nil, "two tasks read one TestCall at the same time")
                state.reader = continuation
                return false
            }
            if resumeAtOnce { continuation.resume() }
        }
    }

    private static func now() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = max(duration, .zero).components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}

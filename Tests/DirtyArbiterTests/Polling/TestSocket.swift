import NIOCore

@testable import DirtyArbiter

/// A socket on the loop that notes what it is told, and has more done then.
final class TestSocket: StreamSocket {
    /// What a socket is told, besides bytes.
    enum Event: Equatable, Sendable {
        /// The other end sends no more.
        case inputEnded
        /// The descriptor is closed.
        case closed
        /// Too much waits.
        case full
        /// No longer.
        case spare
    }

    /// The bytes that came.
    private(set) var bytes: [UInt8] = []
    /// How many there were at each reading.
    private(set) var readings: [Int] = []
    /// What else was told, in order, each with how many bytes had come by then.
    private(set) var events: [Event] = []
    /// How many bytes had come when it was closed.
    private(set) var bytesAtClose: Int?
    /// Done when bytes come.
    var onBytes: (TestSocket) -> Void = { _ in }
    /// Done when anything else is told.
    var onEvent: (TestSocket, Event) -> Void = { _, _ in }

    private var waiters: [(condition: (TestSocket) -> Bool, promise: EventLoopPromise<Void>)] = []

    override func received(_ bytes: UnsafeRawBufferPointer) {
        self.bytes += bytes
        readings.append(bytes.count)
        onBytes(self)
        look()
    }

    override func inputEnded() {
        note(.inputEnded)
    }

    override func fullnessChanged(_ isFull: Bool) {
        note(isFull ? .full : .spare)
    }

    override func wasClosed() {
        super.wasClosed()
        bytesAtClose = bytes.count
        note(.closed)
    }

    private func note(_ event: Event) {
        events.append(event)
        onEvent(self, event)
        look()
    }

    private func look() {
        let met = waiters.filter { $0.condition(self) }
        waiters.removeAll { waiter in met.contains { $0.promise.futureResult === waiter.promise.futureResult } }
        for waiter in met { waiter.promise.succeed() }
    }

    /// Fulfilled when something is told that makes `condition` true, or at once if it is.
    func until(_ condition: @escaping (TestSocket) -> Bool) -> EventLoopFuture<Void> {
        let promise = pollLoop.makePromise(of: Void.self)
        if condition(self) { promise.succeed() } else { waiters.append((condition, promise)) }
        return promise.futureResult
    }

    /// Writes bytes that are there.
    func write(_ bytes: [UInt8]) {
        write(bytes.count) { $0.copyBytes(from: bytes) }
    }
}

/// A ``TestSocket`` on a loop, for the test's own thread.
struct RemoteSocket: Sendable {
    private let bound: NIOLoopBound<TestSocket>
    private let loop: PollLoop

    /// Puts a socket for `descriptor` on `loop`; `set` is done before it begins to read.
    init(
        _ descriptor: Int32,
        on loop: PollLoop,
        _ set: @escaping @Sendable (TestSocket) -> Void = { _ in }
    ) async throws {
        self.loop = loop
        bound = try await loop.submit {
            let socket = TestSocket(descriptor: descriptor, on: loop)
            set(socket)
            try socket.start()
            return NIOLoopBound(socket, eventLoop: loop)
        }.get()
    }

    /// The socket itself, for who is on the loop.
    var onLoop: TestSocket { bound.value }

    /// Has something done with it, in one turn.
    func with<Result: Sendable>(_ body: @escaping @Sendable (TestSocket) -> Result) async throws -> Result {
        try await loop.submit { body(bound.value) }.get()
    }

    /// Returns once `condition` is true of it.
    func until(_ condition: @escaping @Sendable (TestSocket) -> Bool) async throws {
        try await loop.flatSubmit { bound.value.until(condition) }.get()
    }

    /// What it was told besides bytes.
    var events: [TestSocket.Event] {
        get async throws { try await with(\.events) }
    }

    /// The bytes that came.
    var bytes: [UInt8] {
        get async throws { try await with(\.bytes) }
    }
}

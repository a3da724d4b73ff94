import Glibc
import NIOCore
import Synchronization
import TestSupport

@testable import DirtyArbiter

/// Runs `body` with a loop of its own, which has ended when this returns.
func withLoop<Result>(_ body: (PollLoop) async throws -> Result) async throws -> Result {
    let loop = try PollLoop.start()
    let result: Swift.Result<Result, any Error>
    do {
        result = .success(try await body(loop))
    } catch {
        result = .failure(error)
    }
    try await loop.shutdownGracefully()
    return try result.get()
}

extension PollLoop {
    /// Has the loop make whole turns: everything that is there to be told has been told after them.
    func turns() async throws {
        for _ in 0..<3 {
            try await submit {}.get()
        }
    }

    /// The share of a processor that the loop uses in the next 50 ms, in which nothing is to be done.
    func busyShare() -> EventLoopFuture<Double> {
        @Sendable func used() -> EventLoopFuture<Double> {
            submit {
                var time = timespec()
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
                return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
            }
        }
        let start = NIODeadline.now()
        return used().flatMap { before in
            self.scheduleTask(in: .milliseconds(50)) {}.futureResult.flatMap { used() }.map { after in
                (after - before) / (Double((NIODeadline.now() - start).nanoseconds) / 1e9)
            }
        }
    }
}

/// What happened, in order, on whatever thread.
final class Diary<Line: Sendable>: Sendable {
    private let lines = Mutex<[Line]>([])

    /// All of it.
    var all: [Line] { lines.withLock { $0 } }

    /// Notes one more.
    func note(_ line: Line) {
        lines.withLock { $0.append(line) }
    }
}

/// What is let go when somebody lets go of everything: tells of it.
final class Witness: Sendable {
    private let gone: @Sendable () -> Void

    /// A witness whose end is told to `gone`, on whatever thread it is.
    init(_ gone: @escaping @Sendable () -> Void) {
        self.gone = gone
    }

    deinit {
        gone()
    }
}

import DirtyKit
import Glibc

/// Sleeping and computing, on the lane's own thread: that is what is measured.
enum Work {
    /// Longest time one action may be asked for: a day.
    private static let longestMilliseconds = 86_400_000.0
    /// Largest text one action may be asked for.
    private static let largestBytes = 1 << 30

    /// Sleeps the given time.
    /// - Throws: ``AppError`` if it is negative or more than a day.
    static func sleep(milliseconds: Double) throws {
        try check(milliseconds)
        guard milliseconds > 0 else { return }
        let nanoseconds = Int(milliseconds * 1_000_000)
        var time = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
        var rest = timespec()
        // Signals interrupt a sleep; the rest of it is slept then.
        while nanosleep(&time, &rest) == -1, errno == EINTR { time = rest }
    }

    /// Does arithmetic until the given time has passed.
    /// - Parameter intensity: 1 is a thousand steps between two looks at the clock.
    static func compute(milliseconds: Double, intensity: Double) throws -> (rounds: Int, milliseconds: Double) {
        try check(milliseconds)
        guard intensity >= 0, intensity <= 1_000_000 else {
            throw AppError(.invalid, "intensity must be from 0 to 1000000, got \(intensity)")
        }
        let steps = Int(1000 * intensity)
        let start = SuspendingClock.now
        let end = start + .nanoseconds(Int64(milliseconds * 1_000_000))
        var rounds = 0
        var now = start
        while now < end {
            keep(spin(steps))
            rounds += 1
            now = SuspendingClock.now
        }
        let (seconds, attoseconds) = (now - start).components
        let elapsed = Double(seconds) * 1000 + Double(attoseconds) / 1e15
        return (rounds, (elapsed * 100).rounded() / 100)
    }

    /// A text of exactly so many bytes, the letters and digits over and over.
    /// - Throws: ``AppError`` if it is negative or more than 1 GiB.
    static func text(bytes: Int) throws -> String {
        guard bytes >= 0, bytes <= largestBytes else {
            throw AppError(.invalid, "size_bytes must be from 0 to \(largestBytes), got \(bytes)")
        }
        let pattern = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        return String(unsafeUninitializedCapacity: bytes) { buffer in
            for index in 0..<bytes { buffer[index] = pattern[index % pattern.count] }
            return bytes
        }
    }

    private static func check(_ milliseconds: Double) throws {
        guard milliseconds >= 0, milliseconds <= longestMilliseconds else {
            throw AppError(.invalid, "a time must be from 0 to \(longestMilliseconds) ms, got \(milliseconds)")
        }
    }

    private static func spin(_ steps: Int) -> Double {
        var x = 0.0
        for step in 0..<steps {
            x += Double(step) * 0.001
            x *= x < 1_000_000 ? 1.001 : 0.999
        }
        return x
    }

    /// Makes the optimiser believe that the value is needed.
    @inline(never)
    private static func keep(_ value: Double) { withExtendedLifetime(value) {} }
}

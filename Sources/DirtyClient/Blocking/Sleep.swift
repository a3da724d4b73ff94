import Glibc

/// Waits without an event loop.
enum Sleep {
    /// Blocks the thread for `duration`.
    static func blocking(_ duration: Duration) {
        let end = Deadline.after(duration)
        while !end.hasPassed {
            _ = poll(nil, 0, end.pollMilliseconds)
        }
    }
}

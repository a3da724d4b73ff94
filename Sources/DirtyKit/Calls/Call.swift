internal import CDirtyApp
import Synchronization

/// One call in this plugin: its number at the host, its deadline, and whether it has ended.
///
/// Shared by the context, the writer and borrowed bytes that author code may keep too long: all of them are harmless
/// after the end.
final class Call: Sendable {
    let host: Host
    let id: UInt64
    /// On CLOCK_MONOTONIC; 0 for none.
    let deadlineNanoseconds: UInt64
    private let ended = Atomic<Bool>(false)

    init(host: Host, id: UInt64, deadlineNanoseconds: UInt64) {
        self.host = host
        self.id = id
        self.deadlineNanoseconds = deadlineNanoseconds
    }

    /// Nil while the call goes on, else why not.
    var status: AppStatus? {
        let status = host.poll(id)
        return status == DIRTY_OK ? nil : AppStatus(rawValue: status)
    }

    /// Whether `handle` has returned: what was borrowed for the call is gone.
    var hasEnded: Bool { ended.load(ordering: .acquiring) }

    /// Notes that `handle` returns.
    func end() { ended.store(true, ordering: .releasing) }

    /// Sends a chunk, blocking until it is written.
    /// - Throws: `CancellationError` if the call was cancelled, ran out of time or has ended; ``AppError`` if the host
    ///   refuses the chunk.
    func emit(_ output: JSONOutput) throws {
        switch host.emit(id, output) {
        case DIRTY_OK: return
        case DIRTY_E_CANCELLED, DIRTY_E_DEADLINE, DIRTY_E_GONE: throw CancellationError()
        case let status:
            throw AppError(
                AppStatus(rawValue: status),
                "the host refused a chunk of \(output.text.count) bytes of JSON"
            )
        }
    }
}

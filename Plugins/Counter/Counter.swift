import DirtyKit
import Glibc

/// A number that lives between calls, each worker's own.
///
/// Serial, so it needs no lock: the host gives a worker one call of it at a time.
final class Counter: DirtyApp {
    static let about = "A number that lives between calls, each worker's own."

    /// The app's `config`.
    private struct Configuration: Decodable {
        /// What the counter starts with.
        var start: Int?
    }

    private let start: Int
    private var value: Int

    init(context: AppContext) throws {
        start = try context.configuration(as: Configuration.self).start ?? 0
        value = start
    }

    static var actions: Actions<Counter> {
        Action("increment", about: "Adds to the number; returns it.", Parameter("by", default: 1)) { counter, by in
            let (sum, overflowed) = counter.value.addingReportingOverflow(by)
            guard !overflowed else {
                throw AppError(.invalid, "\(counter.value) + \(by) is too large a number; reset it")
            }
            counter.value = sum
            return sum
        }
        Action("value", about: "The number.") { $0.value }
        Action("reset", about: "Goes back to the start; returns it.") { counter in
            counter.value = counter.start
            return counter.value
        }
        Action("pid", about: "The process id of the worker that answers.") { _ in Int(getpid()) }
    }
}

/// What the host loads.
@c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(Counter.self) }

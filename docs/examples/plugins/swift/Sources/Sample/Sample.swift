import DirtyKit

/// One action for each thing a plugin can do.
///
/// Each worker makes one instance, which keeps its state from call to call. Only one call at a time runs, so that it
/// needs no lock.
final class Sample: DirtyApp {
    static let version = "0.1.0"
    static let about = "One action for each thing a plugin can do."

    private var calls = 0

    init(context: AppContext) throws {
        context.logger.debug("Sample is ready")
    }

    static var actions: Actions<Sample> {
        Action("sum", about: "Adds numbers.", Parameter("numbers", [Double].self)) { app, numbers in
            app.calls += 1
            return numbers.reduce(0, +)
        }
        Action("calls", about: "How many sums there have been.") { $0.calls }
        Action("reverse", about: "Reverses bytes.", Parameter("bytes", BorrowedBytes.self)) { _, bytes in
            bytes.withUnsafeBytes { [UInt8]($0.reversed()) }
        }
        Action("average", about: "The mean of numbers.", Parameter("numbers", [Double].self)) { _, numbers in
            guard !numbers.isEmpty else { throw AppError(.invalid, code: "no_numbers", "there is no mean of nothing") }
            return numbers.reduce(0, +) / Double(numbers.count)
        }
        StreamingAction(
            "count",
            about: "Streams 0, 1, 2, … up to the limit, or until nobody listens.",
            Parameter("limit", Int?.self)
        ) { _, out, limit in
            var next = 0
            while next < limit ?? .max {
                try out.write(next)
                next += 1
            }
        }
    }
}

/// What the host loads.
@c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(Sample.self) }

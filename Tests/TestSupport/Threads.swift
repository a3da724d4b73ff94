import Foundation

/// Runs `body` on `count` threads at once, each with its number; returns what they return, in order, when all have.
///
/// - Throws: the error of the first thread, by number, that threw one.
public func concurrently<Value: Sendable>(
    _ count: Int,
    _ body: @Sendable @escaping (Int) throws -> Value
) throws -> [Value] {
    let results = ThreadResults<Value>(count)
    for index in 0..<count {
        Thread { results.fill(index, Result { try body(index) }) }.start()
    }
    return try results.all()
}

/// Runs `body` on a thread of its own; the closure that is returned waits for what it gives.
public func inBackground<Value: Sendable>(_ body: @Sendable @escaping () throws -> Value) -> () throws -> Value {
    let result = ThreadResults<Value>(1)
    Thread { result.fill(0, Result { try body() }) }.start()
    return { try result.all()[0] }
}

/// Results that threads leave, and that another waits for.
private final class ThreadResults<Value: Sendable>: @unchecked Sendable {
    // Unchecked: `condition` guards the rest.
    private let condition = NSCondition()
    private var results: [Result<Value, any Error>?]
    private var missing: Int

    init(_ count: Int) {
        results = Array(repeating: nil, count: count)
        missing = count
    }

    func fill(_ index: Int, _ result: Result<Value, any Error>) {
        condition.withLock {
            results[index] = result
            missing -= 1
            condition.broadcast()
        }
    }

    func all() throws -> [Value] {
        try condition.withLock {
            while missing > 0 { condition.wait() }
            return try results.map { try $0!.get() }
        }
    }
}

import DirtyWire
import Foundation

/// Messages in the order they came, for whoever waits for them.
public final class MessageLog: @unchecked Sendable {
    // Unchecked: `condition` guards the rest.
    private let condition = NSCondition()
    private var list: [JSONValue] = []

    /// What has come so far.
    public var messages: [JSONValue] {
        condition.withLock { list }
    }

    func add(_ message: JSONValue) {
        condition.withLock {
            list.append(message)
            condition.broadcast()
        }
    }

    /// Waits until there are messages for which `isWanted` holds, and returns all.
    @discardableResult
    public func wait(
        within seconds: Double = 30,
        until isWanted: ([JSONValue]) -> Bool
    ) throws -> [JSONValue] {
        let end = Date(timeIntervalSinceNow: seconds)
        return try condition.withLock {
            while !isWanted(list) {
                guard condition.wait(until: end) else {
                    throw TestFailure("waited \(seconds) s; the messages are \(list)")
                }
            }
            return list
        }
    }
}

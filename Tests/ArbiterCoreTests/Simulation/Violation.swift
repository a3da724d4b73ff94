/// A rule that the core has broken in a simulated schedule.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Breaks the schedule off unless the rule holds.
func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws(Violation) {
    if !holds { throw Violation(description: rule()) }
}

/// Where a call stands that hasn't begun, and that any lane that falls idle may have.
enum Line: Hashable, Sendable, CaseIterable {
    /// In a backlog.
    case waiting
    /// Behind the call of a busy lane, which hasn't begun it and may lose it.
    case handed
}

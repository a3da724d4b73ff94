/// How log lines look.
enum LogFormat: String, CaseIterable, Sendable {
    /// For people: time, level, message, facts.
    case text
    /// For machines: one JSON object a line.
    case json
}

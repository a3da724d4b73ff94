/// Whether a failed call ran, so that a caller knows whether it is safe to try again.
public enum Executed: String, Hashable, Sendable, CaseIterable {
    /// It never reached the plugin.
    case no
    /// It may have run, wholly or in part.
    case maybe
    /// It ran, and the plugin itself answered.
    case yes
}

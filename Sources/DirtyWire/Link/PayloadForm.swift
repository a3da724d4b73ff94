/// The form in which a client speaks, and with it the form of the payloads on a lane.
public enum PayloadForm: UInt8, Hashable, Sendable {
    /// JSON texts.
    case json = 0
    /// GD values: type, length, value.
    case gd = 1
}

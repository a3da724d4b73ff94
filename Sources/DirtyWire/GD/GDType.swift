/// What a GD frame is: the byte after its version.
public enum GDType: UInt8, Hashable, Sendable, CaseIterable {
    /// A client calls an app.
    case request = 0x01
    /// A result; ends the call.
    case response = 0x02
    /// The call failed; ends it.
    case error = 0x03
    /// One piece of a stream.
    case chunk = 0x04
    /// The end of a stream; ends the call.
    case end = 0x05
    /// A client reads or changes the tables shared by workers.
    case stash = 0x10
    /// A client asks how it is going.
    case status = 0x11
    /// A client changes the pool.
    case manage = 0x12
}

/// What a GD frame is: the byte after its version.
public enum GDType: UInt8, Hashable, Sendable, CaseIterable {
    case request = 0x01
    case response = 0x02
    case error = 0x03
    case chunk = 0x04
    case end = 0x05
    case stash = 0x10
    case status = 0x11
    case manage = 0x12
}

/// Numbers as people read them.
enum Quantity {
    /// Seconds in the unit that suits them.
    static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.001: "\(rounded(seconds * 1e6)) µs"
        case ..<1: "\(rounded(seconds * 1e3)) ms"
        case ..<60: "\(rounded(seconds)) s"
        case ..<3600: "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        case ..<86400: "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
        default: "\(Int(min(seconds, 1e15)) / 86400) d \(Int(min(seconds, 1e15)) % 86400 / 3600) h"
        }
    }

    /// Bytes in the unit that suits them.
    static func bytes(_ bytes: Double) -> String {
        switch bytes {
        case ..<1024: "\(Int(bytes)) B"
        case ..<1_048_576: "\(rounded(bytes / 1024)) KiB"
        case ..<1_073_741_824: "\(rounded(bytes / 1_048_576)) MiB"
        default: "\(rounded(bytes / 1_073_741_824)) GiB"
        }
    }

    /// So many a second.
    static func rate(_ perSecond: Double) -> String {
        rounded(perSecond)
    }

    /// One decimal below ten, none above.
    static func rounded(_ number: Double) -> String {
        guard number < 9.95 else { return String(Int(min(number, 1e18).rounded())) }
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

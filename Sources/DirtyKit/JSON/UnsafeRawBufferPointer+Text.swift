#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension UnsafeRawBufferPointer {
    /// Whether these bytes are those of `text`.
    func says(_ text: [UInt8]) -> Bool {
        guard count == text.count, let start = baseAddress else { return isEmpty && text.isEmpty }
        return text.withUnsafeBytes { $0.baseAddress.map { memcmp(start, $0, count) == 0 } ?? true }
    }
}

/// A request's id as its client wrote it in JSON, quotes included; short ones without memory of their own.
struct IDToken {
    private static let inlineBytes = 40

    private var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
    /// How many bytes it has.
    let count: Int
    private let long: [UInt8]?

    /// Stands for the id of a message that has none.
    static let null = Array("null".utf8).withUnsafeBytes { IDToken($0) }

    /// The token in `bytes`.
    init(_ bytes: UnsafeRawBufferPointer) {
        count = bytes.count
        guard bytes.count > Self.inlineBytes else {
            long = nil
            withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
            return
        }
        long = Array(bytes)
    }

    /// Calls `body` with its bytes.
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let long { return long.withUnsafeBytes(body) }
        return Swift.withUnsafeBytes(of: words) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}

extension IDToken: Equatable {
    static func == (left: IDToken, right: IDToken) -> Bool {
        // What isn't used of the words is zero.
        left.count == right.count && left.words == right.words && left.long == right.long
    }
}

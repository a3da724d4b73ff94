/// What callers know a handle by: `db:3.17`, the kind, the worker that has it, and its number there.
struct HandleToken {
    let kind: Substring
    let worker: Int
    let number: UInt64

    /// The token written as `text`; nil if it is none.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let parts = text[text.index(after: colon)...].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let worker = Int(parts[0]), let number = UInt64(parts[1]) else { return nil }
        kind = text[..<colon]
        self.worker = worker
        self.number = number
    }

    /// How the handle `number` of `kind` in `worker` is written.
    static func text(_ kind: String, worker: Int, number: UInt64) -> String {
        "\(kind):\(worker).\(number)"
    }
}

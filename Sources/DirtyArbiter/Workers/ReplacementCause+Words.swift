import ArbiterCore

extension ReplacementCause {
    /// Why a worker is replaced, for the log.
    var words: String {
        switch self {
        case .restart: "a restart was asked for"
        case .requests(let count): "it has answered \(count) calls"
        case .memory(let bytes): "it holds \(bytes >> 20) MiB of anonymous memory"
        }
    }
}

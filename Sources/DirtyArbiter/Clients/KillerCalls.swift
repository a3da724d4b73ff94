/// The actions of calls that have killed workers, by fingerprint: the core knows them by that alone.
struct KillerCalls {
    /// More than are ever refused at once.
    private static let limit = 4096

    private var actions: [UInt64: String] = [:]

    /// None yet.
    init() {}

    /// A call has lost its worker.
    mutating func note(_ call: PendingCall) {
        guard let fingerprint = call.fingerprint else { return }
        if actions.count >= Self.limit { actions.removeAll() }
        actions[fingerprint] = call.action
    }

    /// The action of the call with this fingerprint; nil if it isn't known any more.
    func action(of fingerprint: UInt64) -> String? {
        actions[fingerprint]
    }
}

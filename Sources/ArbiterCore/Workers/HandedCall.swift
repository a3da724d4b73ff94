/// A call that a busy lane has been sent: it is next there, unless the arbiter takes it back before it has begun.
struct HandedCall: Sendable {
    /// What is known of its beginning.
    enum Fate: Hashable, Sendable {
        /// Nothing, and nobody asks: the lane gets to it when its own call has ended. Can become: revoking.
        case open
        /// It is being taken back: the shared page says whether it had begun, and `callRevoked` tells. Can become: begun.
        case revoking
        /// It had begun when it was to be taken back: the end of the call before it is on its way to us. It stays so.
        case begun
    }

    /// The call.
    let call: CallID
    /// Its app, and the app's position in the pool.
    let app: Int
    let position: Int
    /// By what the call is known again; nil if it isn't.
    let fingerprint: UInt64?
    /// What is known of its beginning.
    var fate = Fate.open
    /// Whether nobody waits for it any more: the core has forgotten it.
    var isForsaken = false
}

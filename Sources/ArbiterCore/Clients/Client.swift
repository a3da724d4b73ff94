/// What the core knows of a connection.
struct Client: Sendable {
    /// Its identity.
    let id: ClientID
    /// Its latest call's place, from which its calls are linked; -1 if it has none.
    var firstCall = -1
    /// Its calls in flight.
    var calls = 0
    /// Whether it doesn't keep up with its replies: lanes that stream to it aren't read.
    var isBlocked = false

    /// A connection without calls.
    init(id: ClientID) {
        self.id = id
    }
}

/// What is to become of a slot whose worker has gone.
enum Vacancy: Hashable, Sendable {
    /// Nothing: the worker filled it no more, or another one does, or it is closed.
    case none
    /// It gets another worker, after a pause that may be zero.
    case spawn(after: Duration)
    /// It is closed for a slot that does without this app.
    case exile(AppID)

    /// The pause before its next worker; nil if it gets none.
    var pause: Duration? {
        switch self {
        case .spawn(let pause): pause
        case .none, .exile: nil
        }
    }
}

import DirtyKit

/// The smallest app: gives back what it is given.
final class Echo: DirtyApp {
    static let about = "Gives back what it is given."

    init(context: AppContext) {}

    static var actions: Actions<Echo> {
        Action("echo", about: "The value, untouched; bytes too.", Parameter("value", RawJSON.self)) { $1 }
        StreamingAction("count_to", about: "The numbers from 1 to the limit.", Parameter("limit", Int.self)) {
            stride(from: 1, through: $1, by: 1)
        }
    }
}

/// What the host loads.
@c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(Echo.self) }

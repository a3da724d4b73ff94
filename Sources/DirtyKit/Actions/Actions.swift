/// What an app can do: written as a list of ``Action`` and ``StreamingAction``.
///
/// ```swift
/// static var actions: Actions<Echo> {
///     Action("echo", Parameter("value", RawJSON.self)) { $1 }
///     StreamingAction("count_to", Parameter("limit", Int.self)) { 1...$1 }
/// }
/// ```
///
/// `if`, `for` and the like may stand between them. Two of one name are a mistake that stops the plugin from loading.
public struct Actions<App: AnyObject> {
    let list: [RegisteredAction]

    init(_ list: [RegisteredAction]) {
        var names: Set<String> = []
        for action in list {
            precondition(
                names.insert(action.signature.name).inserted,
                "two actions are called \"\(action.signature.name)\"; give one of them another name"
            )
        }
        self.list = list
    }
}

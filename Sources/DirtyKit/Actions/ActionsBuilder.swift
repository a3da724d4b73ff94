/// Gathers the actions written in a `static var actions`.
@resultBuilder
public enum ActionsBuilder<App: AnyObject> {
    /// An action.
    public static func buildExpression(_ action: Action<App>) -> Actions<App> { Actions([action.registered]) }

    /// A streaming action.
    public static func buildExpression(_ action: StreamingAction<App>) -> Actions<App> {
        Actions([action.action.registered])
    }

    /// Actions gathered elsewhere, say by an extension in another file.
    public static func buildExpression(_ actions: Actions<App>) -> Actions<App> { actions }

    /// One after the other.
    public static func buildBlock(_ parts: Actions<App>...) -> Actions<App> { Actions(parts.flatMap(\.list)) }

    /// `for`.
    public static func buildArray(_ parts: [Actions<App>]) -> Actions<App> { Actions(parts.flatMap(\.list)) }

    /// `if` without `else`.
    public static func buildOptional(_ part: Actions<App>?) -> Actions<App> { part ?? Actions([]) }

    /// `if`.
    public static func buildEither(first part: Actions<App>) -> Actions<App> { part }

    /// `else`.
    public static func buildEither(second part: Actions<App>) -> Actions<App> { part }
}

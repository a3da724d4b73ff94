/// An app: a class of which each worker makes one instance, which stays for the worker's life and keeps its state
/// between calls.
///
/// ```swift
/// final class Counter: DirtyApp {
///     private var value = 0
///
///     init(context: AppContext) throws {}
///
///     static var actions: Actions<Counter> {
///         Action("increment", Parameter("by", default: 1)) { counter, by in
///             counter.value += by
///             return counter.value
///         }
///     }
/// }
///
/// @c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(Counter.self) }
/// ```
///
/// The class must be final. **Serial** unless it says otherwise: the host sends a worker one call at a time for this
/// app, so the instance needs no locks. Conform to ``ConcurrentDirtyApp`` for many calls at once. `init`, `close` and
/// the actions run on the worker's lane threads, which plugin code may block; never on the main thread, so `@MainActor`
/// code would wait for ever.
public protocol DirtyApp: AnyObject, SendableMetatype {
    /// The plugin's own name; the class's name unless said otherwise.
    ///
    /// Operators may load it under another one.
    static var name: String { get }

    /// The plugin's version, shown by `dirty inspect`; "0" unless said otherwise.
    static var version: String { get }

    /// What the app is for, in a sentence, shown by `dirty inspect`.
    static var about: String { get }

    /// What the app needs of its worker; nothing unless said otherwise.
    static var placement: Placement { get }

    /// What the app can do.
    ///
    /// Read once, when the plugin is loaded, before there is an instance.
    @ActionsBuilder<Self> static var actions: Actions<Self> { get }

    /// Makes the instance.
    ///
    /// Takes the time it needs (models, caches): calls wait, bounded by the host's `dirty_init_timeout`.
    /// - Throws: Anything; the worker then doesn't start, and the operator reads the error's description.
    init(context: AppContext) throws

    /// Called once, after the last call, when the worker ends gracefully; not when it is killed.
    ///
    /// Does nothing unless defined.
    func close()
}

extension DirtyApp {
    /// The class's name.
    public static var name: String { String(describing: Self.self) }

    /// "0".
    public static var version: String { "0" }

    /// Nothing.
    public static var about: String { "" }

    /// No needs.
    public static var placement: Placement { [] }

    /// Does nothing.
    public func close() {}
}

/// One thing an app can do: a name, parameters, and a closure.
///
/// The closure is given the app, then the call's ``CallContext`` if it takes one argument more than there are
/// parameters, then the parameters' values. It may throw, may be `async`, and returns any `Encodable` or nothing:
///
/// ```swift
/// Action("scale", about: "Scales an image.", Parameter("image", [UInt8].self), Parameter("width", default: 128)) {
///     try $0.scale($1, width: $2)
/// }
/// Action("crunch", Parameter("rounds", Int.self)) { app, call, rounds in
///     try app.crunch(rounds, while: { !call.isCancelled })
/// }
/// Action("fetch", Parameter("url", URL.self)) { app, url in try await app.fetch(url) }
/// Action("reset") { $0.reset() }
/// ```
///
/// Synchronous actions run on the lane's thread and may block it. So may async ones: their task runs on that thread
/// too, is cancelled when the call is, and takes turns with its child tasks; for work on all cores there is
/// `withTaskExecutorPreference(globalConcurrentExecutor)`. Streaming actions are ``StreamingAction``s.
public struct Action<App: AnyObject> {
    let registered: RegisteredAction

    /// - Parameter run: Runs the action and ends the call, or throws.
    init(_ signature: Signature, run: @escaping (App, inout Invocation) throws -> Void) {
        registered = RegisteredAction(signature) { app, invocation in
            // Only an instance of App is ever asked to run App's actions.
            try run(unsafeDowncast(app, to: App.self), &invocation)
        }
    }
}

extension Action {
    /// An action that returns a value.
    public init<each P, Result: Encodable>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, repeat each P) throws -> Result
    ) {
        let writer = ValueWriter<Result>.quickest()
        let signature = Signature(name, about, repeat each parameters, result: Result.self)
        self.init(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            try invocation.finish(try body(app, repeat try arguments.next((each P).self, of: signature)), writer)
        }
    }

    /// An action that returns nothing; clients get `null`.
    public init<each P>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, repeat each P) throws -> Void
    ) {
        let signature = Signature(name, about, repeat each parameters, result: nil)
        self.init(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            try body(app, repeat try arguments.next((each P).self, of: signature))
        }
    }

    /// An action that looks at its call and returns a value.
    public init<each P, Result: Encodable>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, CallContext, repeat each P) throws -> Result
    ) {
        let writer = ValueWriter<Result>.quickest()
        let signature = Signature(name, about, repeat each parameters, result: Result.self)
        self.init(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            let result = try body(app, invocation.context, repeat try arguments.next((each P).self, of: signature))
            try invocation.finish(result, writer)
        }
    }

    /// An action that looks at its call and returns nothing; clients get `null`.
    public init<each P>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, CallContext, repeat each P) throws -> Void
    ) {
        let signature = Signature(name, about, repeat each parameters, result: nil)
        self.init(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            try body(app, invocation.context, repeat try arguments.next((each P).self, of: signature))
        }
    }
}

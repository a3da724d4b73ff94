extension Action {
    /// An async action that returns a value.
    public init<each P, Result: Encodable>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, repeat each P) async throws -> Result
    ) {
        let writer = ValueWriter<Result>.quickest()
        let signature = Signature(name, about, repeat each parameters, result: Result.self, isAsync: true)
        self.init(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            let values = (repeat try arguments.next((each P).self, of: signature))
            let result = try invocation.runTask { _ in try await body(app, repeat each values) }
            try invocation.finish(result, writer)
        }
    }

    // Disfavoured: a closure that returns what a generic closure in it returns would be ambiguous.
    /// An async action that returns nothing; clients get `null`.
    @_disfavoredOverload
    public init<each P>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, repeat each P) async throws -> Void
    ) {
        let signature = Signature(name, about, repeat each parameters, result: nil, isAsync: true)
        self.init(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            let values = (repeat try arguments.next((each P).self, of: signature))
            try invocation.runTask { _ in try await body(app, repeat each values) }
        }
    }

    /// An async action that looks at its call and returns a value.
    public init<each P, Result: Encodable>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, CallContext, repeat each P) async throws -> Result
    ) {
        let writer = ValueWriter<Result>.quickest()
        let signature = Signature(name, about, repeat each parameters, result: Result.self, isAsync: true)
        self.init(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            let values = (repeat try arguments.next((each P).self, of: signature))
            let context = invocation.context
            let result = try invocation.runTask { _ in try await body(app, context, repeat each values) }
            try invocation.finish(result, writer)
        }
    }

    /// An async action that looks at its call and returns nothing; clients get `null`.
    @_disfavoredOverload
    public init<each P>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, CallContext, repeat each P) async throws -> Void
    ) {
        let signature = Signature(name, about, repeat each parameters, result: nil, isAsync: true)
        self.init(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            let values = (repeat try arguments.next((each P).self, of: signature))
            let context = invocation.context
            try invocation.runTask { _ in try await body(app, context, repeat each values) }
        }
    }
}

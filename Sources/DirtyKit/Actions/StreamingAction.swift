/// An action that answers with a stream of chunks instead of one result.
///
/// The chunks come from a ``StreamWriter``, given to the closure after the app, or from a sequence the closure returns,
/// plain or asynchronous:
///
/// ```swift
/// StreamingAction("lines", Parameter("path", String.self)) { app, out, path in
///     for line in try app.lines(of: path) { try out.write(line) }
/// }
/// StreamingAction("countdown", Parameter("from", default: 10)) { app, from in (1...from).reversed() }
/// StreamingAction("tokens", Parameter("prompt", String.self)) { app, prompt in
///     app.model.tokens(prompt)  // an AsyncSequence
/// }
/// ```
///
/// When the client cancels or goes away, the next `write` throws `CancellationError`, and the task of an async action
/// is cancelled. An error thrown after some chunks reaches the client after them.
public struct StreamingAction<App: AnyObject> {
    let action: Action<App>

    /// A stream written by the closure.
    public init<each P>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, StreamWriter, repeat each P) throws -> Void
    ) {
        let signature = Signature(name, about, repeat each parameters, result: nil, streams: true)
        action = Action(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            try body(app, invocation.writer(), repeat try arguments.next((each P).self, of: signature))
        }
    }

    /// A stream written by the async closure.
    public init<each P>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, StreamWriter, repeat each P) async throws -> Void
    ) {
        let signature = Signature(name, about, repeat each parameters, result: nil, streams: true, isAsync: true)
        action = Action(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            let values = (repeat try arguments.next((each P).self, of: signature))
            let out = invocation.writer()
            try invocation.runTask { try await body(app, out.lent($0), repeat each values) }
        }
    }

    /// A stream of the elements of a sequence, made while they are sent.
    public init<each P, Chunks: Sequence>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, repeat each P) throws -> Chunks
    ) where Chunks.Element: Encodable {
        let signature = Signature(name, about, repeat each parameters, result: Chunks.Element.self, streams: true)
        action = Action(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            let out = invocation.writer()
            for chunk in try body(app, repeat try arguments.next((each P).self, of: signature)) { try out.write(chunk) }
        }
    }

    /// A stream of the elements of an asynchronous sequence.
    public init<each P, Chunks: AsyncSequence>(
        _ name: String,
        about: String = "",
        _ parameters: repeat Parameter<each P>,
        body: @escaping @Sendable (App, repeat each P) async throws -> Chunks
    ) where Chunks.Element: Encodable {
        let signature = Signature(
            name,
            about,
            repeat each parameters,
            result: Chunks.Element.self,
            streams: true,
            isAsync: true
        )
        action = Action(signature) { app, invocation in
            var arguments = try invocation.arguments(signature)
            let values = (repeat try arguments.next((each P).self, of: signature))
            let writer = invocation.writer()
            try invocation.runTask { executor in
                let out = writer.lent(executor)
                for try await chunk in try await body(app, repeat each values) { try await out.write(chunk) }
                // A sequence may answer cancellation by ending early; that is no complete stream.
                try Task.checkCancellation()
            }
        }
    }
}

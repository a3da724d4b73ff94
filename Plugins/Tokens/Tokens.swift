// Tokens: streams a text piece by piece, as language models do; for demonstrations and tests.
//
//   Tokens.swift          the app and its actions
//   Tokenizer.swift       a text taken apart
//   TokenSequence.swift   the tokens as they come
//   SampleText.swift      the text that is streamed when a call brings none

import DirtyKit
import Glibc

/// Streams a text token by token, with a pause before each.
///
/// Concurrent; the same stream four ways, which are the four ways to write one.
final class Tokens: ConcurrentDirtyApp {
    static let about = "Streams a text token by token, as language models do."

    /// The longest pause before a token: a minute.
    private static let longestDelay = 60_000.0

    init(context: AppContext) {}

    static var actions: Actions<Tokens> {
        StreamingAction(
            "stream",
            about: "The text's tokens, from a synchronous action that writes them.",
            Parameter("text", default: SampleText.text),
            Parameter("delay_ms", default: 0.0, about: "The pause before each token."),
            Parameter("repeats", default: 1, about: "How often the text is streamed; 0 for without end.")
        ) { _, out, text, delay, repeats in
            let pause = try Self.pause(delay)
            for token in try Tokenizer(text: text, repeats: repeats) {
                try Self.sleep(pause, out.context)
                try out.write(token)
            }
        }

        StreamingAction(
            "stream_async",
            about: "The same from an async action that writes them.",
            Parameter("text", default: SampleText.text),
            Parameter("delay_ms", default: 0.0, about: "The pause before each token."),
            Parameter("repeats", default: 1, about: "How often the text is streamed; 0 for without end.")
        ) { _, out, text, delay, repeats in
            let pause = try Self.pause(delay)
            for token in try Tokenizer(text: text, repeats: repeats) {
                if pause > .zero { try await Task.sleep(for: pause) }
                try await out.write(token)
            }
        }

        StreamingAction(
            "stream_sequence",
            about: "The same from an action that returns an asynchronous sequence.",
            Parameter("text", default: SampleText.text),
            Parameter("delay_ms", default: 0.0, about: "The pause before each token."),
            Parameter("repeats", default: 1, about: "How often the text is streamed; 0 for without end.")
        ) { _, text, delay, repeats in
            TokenSequence(tokens: try Tokenizer(text: text, repeats: repeats), pause: try Self.pause(delay))
        }

        StreamingAction(
            "list",
            about: "The tokens at once, without pauses.",
            Parameter("text", default: SampleText.text)
        ) { _, text in try Tokenizer(text: text, repeats: 1) }

        Action("count", about: "How many tokens a text has.", Parameter("text", default: SampleText.text)) { _, text in
            try Tokenizer(text: text, repeats: 1).reduce(0) { count, _ in count + 1 }
        }
    }

    private static func pause(_ milliseconds: Double) throws -> Duration {
        guard milliseconds >= 0, milliseconds <= longestDelay else {
            throw AppError(.invalid, "delay_ms must be from 0 to \(longestDelay), got \(milliseconds)")
        }
        return .microseconds(Int64(milliseconds * 1000))
    }

    /// Blocks the lane's thread: that is what a synchronous action is for.
    ///
    /// In short naps, so that a cancelled call ends soon.
    private static func sleep(_ pause: Duration, _ call: CallContext) throws {
        let end = SuspendingClock.now + pause
        while true {
            let rest = end - SuspendingClock.now
            guard rest > .zero else { return }
            try call.checkCancellation()
            let (_, attoseconds) = min(rest, .milliseconds(20)).components
            var nap = timespec(tv_sec: 0, tv_nsec: Int(attoseconds / 1_000_000_000))
            nanosleep(&nap, nil)
        }
    }
}

/// What the host loads.
@c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(Tokens.self) }

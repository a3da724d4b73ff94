/// Why an arbiter can't start, or had to end.
public struct ArbiterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is; more may be added.
    public struct Code: Hashable, Sendable {
        private enum Kind {
            case configuration, plugin, alreadyRunning, environment
        }

        private let kind: Kind

        /// A setting is wrong.
        public static let configuration = Code(kind: .configuration)
        /// A plugin can't be loaded.
        public static let plugin = Code(kind: .plugin)
        /// Another arbiter holds the runtime directory.
        public static let alreadyRunning = Code(kind: .alreadyRunning)
        /// The machine refused something, such as a folder that can't be written.
        public static let environment = Code(kind: .environment)
    }

    /// What is asked of an arbiter that has ended.
    static let hasStopped = ArbiterError(.environment, "the arbiter has stopped")

    /// The kind of mistake.
    public let code: Code
    /// What failed, with which value, and what to do.
    public let message: String

    /// The message.
    public var description: String {
        message
    }

    /// An error that says `message`.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// An action as the instance keeps it, without the app's type, so that calling it needs no generic code.
final class RegisteredAction {
    let signature: Signature
    /// Runs the action on the app and ends the call, or throws.
    let run: (AnyObject, Invocation) throws -> Void

    init(_ signature: Signature, run: @escaping (AnyObject, Invocation) throws -> Void) {
        self.signature = signature
        self.run = run
    }
}

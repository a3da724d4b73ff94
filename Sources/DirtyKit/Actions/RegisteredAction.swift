/// An action as the instance keeps it, without the app's type, so that calling it needs no generic code.
final class RegisteredAction {
    let signature: Signature
    /// Runs the action on the app and ends the call, or throws.
    let run: (AnyObject, inout Invocation) throws -> Void
    /// The signature's name, as it stands in a request.
    ///
    /// Its own, because each call looks it up, and would have all of the signature fetched for it.
    let nameBytes: [UInt8]

    init(_ signature: Signature, run: @escaping (AnyObject, inout Invocation) throws -> Void) {
        self.signature = signature
        nameBytes = signature.nameBytes
        self.run = run
    }
}

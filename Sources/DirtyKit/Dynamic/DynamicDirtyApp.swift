/// An app with actions that are known only once it is open, as those of a manifest it is given.
///
/// For plugins of this package: what it hands out is close to the wire, and unsafe to keep.
package protocol DynamicDirtyApp: DirtyApp {
    /// Performs a call of an action that is not among ``DirtyApp/actions``, and finishes it.
    ///
    /// On a thread of the host, as actions run.
    /// - Throws: Anything; the caller is told of it as of what actions throw.
    func perform(_ call: DynamicCall) throws
}

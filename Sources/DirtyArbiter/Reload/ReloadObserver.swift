import DirtyWire

/// Somebody who asked for a reload and wants to hear of it, on the arbiter's event loop.
struct ReloadObserver {
    /// Told each step.
    let progressed: (JSONValue) -> Void
    /// Told the end, once.
    let finished: (ReloadResult) -> Void
}

import DirtyKit
import FFIApp

/// What the host loads.
@c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(ManifestApp.self) }

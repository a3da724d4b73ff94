// DirtyKit: what a plugin in Swift is written with.
//
//   App/       DirtyApp (start here), ConcurrentDirtyApp, AppContext: the app, and what it is given when it is made
//   Actions/   Action, StreamingAction, Parameter: what an app can do; Signature: their manifest and their errors
//   Calls/     CallContext, StreamWriter, BorrowedBytes: what a running action holds
//   Errors/    AppError, AppStatus: how an action says no
//   JSON/      JSON and RawJSON for authors; the cursor that reads arguments, the output that results go to
//   Coding/    Codable over both: direct for common types, ValueDecoder and ValueEncoder for the rest
//   Dynamic/   actions that are known only when the app is open, for plugins of this package
//   Boundary/  everything that touches dirty_app.h and its pointers: AppTable, AppInstance, Host, LaneExecutor

/// The function table that makes `App` loadable: the body of a plugin's one exported function.
///
/// ```swift
/// @c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(Counter.self) }
/// ```
///
/// Makes no instance and no thread. A plugin exports one app.
/// - Returns: A `const DirtyApp *` that stays valid for the process's life.
public func export<App: DirtyApp>(_ app: App.Type) -> UnsafeRawPointer {
    AppTable.table(of: app)
}

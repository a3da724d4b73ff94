/// What a lane's call is for, to name it in errors.
struct CallSubject: @unchecked Sendable {
    // Unchecked: apps live as long as the process; the action is read only until the call is over, under the lane's lock.

    /// The app that is called.
    var app: UnsafePointer<LoadedApp>
    /// The action's text.
    var action: UnsafeRawBufferPointer
    /// Whether the caller named the app by its path.
    var isNamedByPath: Bool

    /// The app as the caller named it.
    var appPath: String { isNamedByPath ? app.pointee.path : app.pointee.name }

    /// The action as text.
    var actionText: String { String(decoding: action, as: UTF8.self) }
}

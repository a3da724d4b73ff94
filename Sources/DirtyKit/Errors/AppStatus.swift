/// The status of a failed call: what kind of "no" it is.
///
/// Clients see its name in the error's `status_name`.
///
/// An open set: a newer host may know more, and a plugin may send any negative number.
public struct AppStatus: Hashable, Sendable, RawRepresentable {
    /// The number in `dirty_app.h`; always negative.
    public let rawValue: Int32

    /// The status of this number; anything not negative becomes ``internal``, because only failures have a status.
    public init(rawValue: Int32) { self.rawValue = rawValue < 0 ? rawValue : -1 }

    /// Something went wrong inside the plugin (`E_INTERNAL`); what a thrown error has unless it says otherwise.
    public static let `internal` = AppStatus(rawValue: -1)
    /// The arguments are wrong (`E_INVALID`).
    public static let invalid = AppStatus(rawValue: -2)
    /// What was asked for doesn't exist (`E_NOT_FOUND`).
    public static let notFound = AppStatus(rawValue: -3)
    /// The app can't do that (`E_UNSUPPORTED`); also the answer to an unknown action.
    public static let unsupported = AppStatus(rawValue: -4)
    /// Not now; later perhaps (`E_BUSY`).
    public static let busy = AppStatus(rawValue: -5)
    /// The client cancelled the call or went away (`E_CANCELLED`).
    public static let cancelled = AppStatus(rawValue: -6)
    /// The call's deadline has passed (`E_DEADLINE`).
    public static let deadline = AppStatus(rawValue: -7)
    /// The call has ended already (`E_GONE`).
    public static let gone = AppStatus(rawValue: -8)
    /// There is no memory for it (`E_NOMEM`).
    public static let outOfMemory = AppStatus(rawValue: -9)
    /// The result or an argument is too large (`E_TOO_LARGE`).
    public static let tooLarge = AppStatus(rawValue: -10)
    /// The app's state can no longer be trusted (`E_POISONED`): the error is sent, then the worker is replaced by a
    /// fresh one.
    public static let poisoned = AppStatus(rawValue: -11)
}

/// An error type of a plugin's own that says how clients should see it.
///
/// ```swift
/// enum ImageError: AppErrorConvertible {
///     case unknown(id: Int)
///     var appError: AppError {
///         switch self {
///         case .unknown(let id): AppError(.notFound, code: "no_such_image", "there is no image \(id)")
///         }
///     }
/// }
/// ```
public protocol AppErrorConvertible: Error {
    /// This error, as clients should see it.
    var appError: AppError { get }
}

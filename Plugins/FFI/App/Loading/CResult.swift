import FFIManifest

/// A function's result, ready to be read.
struct CResult {
    let manifest: ManifestResult
    let content: Content
    let length: CAmount?
    /// Frees what the function has returned.
    let free: Helper?
    /// Says in words what went wrong.
    let message: Helper?

    /// What it is.
    enum Content {
        case none
        case scalar(Scalar.Form)
        case text
        case bytes
        case structure(StructLayout)
        case reference(StructLayout)
        case handle(HandleKind)
    }
}

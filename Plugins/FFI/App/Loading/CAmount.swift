import FFIManifest

/// An ``Amount``, ready to be found out.
enum CAmount {
    case fixed(Int)
    /// The number in a parameter.
    case parameter(Int)
    /// What a function says.
    case function(Helper, AmountFunction)
}

/// A function of C that callers may call.
public struct ManifestFunction: Sendable {
    /// The action's name.
    public var name: String
    /// What it does, in a sentence; may be empty.
    public var about: String
    /// The library it is in.
    public var library: String
    /// Its name there.
    public var symbol: String
    /// Its parameters, all that C has.
    public var parameters: [ManifestParameter]
    /// The number of parameters before `...`; nil if there is none.
    public var variadicAfter: Int?
    /// What it returns.
    public var result: ManifestResult
    /// Milliseconds after which a run ends the worker's process; nil to leave that to the host.
    public var timeLimitMilliseconds: Int?

    /// The most parameters that a function may have.
    public static let maximumParameters = 16

    /// The parameters that callers give, by position.
    public var givenParameters: [Int] { parameters.indices.filter { parameters[$0].isGiven } }

    /// The parameters that callers get back; not the one that says what went wrong.
    public var returnedParameters: [Int] {
        parameters.indices.filter { index in
            if case .parameter(index) = result.message { return false }
            return parameters[index].isReturned
        }
    }
}

/// What manifests and error messages say of a parameter.
struct ParameterInfo {
    let name: String
    /// In the words of ``jsonName(of:)``.
    let type: String
    let about: String
    let isRequired: Bool
    /// What it is when left out, if that can be written as JSON.
    let defaultValue: RawJSON?
}

/// Whether a value that a manifest gives suits a type.
enum ValueCheck {
    /// What is wrong with `value` for a scalar; nil if it fits.
    static func problem(_ value: ManifestValue, of scalar: Scalar) -> String? {
        switch (scalar.form, value) {
        case (.bool, .bool): return nil
        case (.bool, _): return "should be true or false for a \(scalar.rawValue), got \(value.words)"
        case (.float, _), (.double, _):
            if value.double != nil { return nil }
            return "should be a number for a \(scalar.rawValue), got \(value.words)"
        default: break
        }
        guard let bounds = scalar.form.bounds else { return nil }
        switch value {
        case .int(let number) where number >= bounds.least && (number < 0 || UInt64(number) <= bounds.greatest):
            return nil
        case .uint(let number) where number <= bounds.greatest: return nil
        default:
            return "should be an integer from \(bounds.least) to \(bounds.greatest) for a \(scalar.rawValue), got "
                + value.words
        }
    }

    /// What is wrong with a parameter's `default` or `const`; nil if it fits.
    static func problem(_ value: ManifestValue, of parameter: ManifestParameter) -> String? {
        if value == .null {
            return parameter.isNullable ? nil : "is null, and the parameter isn't nullable"
        }
        switch parameter.type {
        case .scalar(let scalar): return problem(value, of: scalar)
        case .text:
            guard case .string(let text) = value else { return "should be a string for a cstr, got \(value.words)" }
            return text.utf8.contains(0) ? "holds a NUL, which ends a cstr" : nil
        case .callback:
            if case .bool = value { return nil }
            return "should be true or false, whether to call back, got \(value.words)"
        case .bytes, .array, .structure, .reference, .handle, .null, .void:
            return "a \(parameter.type.text) can't be given in a manifest, except as null"
        }
    }
}

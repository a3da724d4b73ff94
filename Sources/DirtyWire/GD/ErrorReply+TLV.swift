extension ErrorReply {
    /// The error object as a GD value.
    ///
    /// A detail that GD cannot carry, such as an integer beyond 64 bits with sign, is given as its JSON text instead.
    public func tlvBytes() -> [UInt8] {
        if let bytes = try? json().tlv() { return bytes }
        var portable = self
        portable.details = [:]
        for (key, value) in details.prefix(GDLimits.items - 2) {
            // In the error it lies two containers deeper than by itself.
            let isPortable = (try? JSONValue.array([.array([value])]).tlv()) != nil
            portable.details[key] = isPortable ? value : .string(value.description)
        }
        guard let bytes = try? portable.json().tlv() else {
            preconditionFailure("An error of which each detail can be carried can be carried.")
        }
        return bytes
    }
}

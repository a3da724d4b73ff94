/// A type written straight into the JSON text, without the Codable machinery: the common result types.
///
/// Internal: a plugin's own types are `Encodable` and go through ``ValueEncoder``.
protocol DirectlyEncodable: Encodable {
    /// Appends this value, whole.
    func write(to output: inout JSONOutput) throws
    /// Hands this value, which is all there is to be said, to the host.
    /// - Returns: What the host says.
    func send(to host: Outgoing) throws -> Int32
}

extension DirectlyEncodable {
    func send(to host: Outgoing) throws -> Int32 { try written().send(to: host) }

    /// An output of this value.
    func written() throws -> JSONOutput {
        var output = JSONOutput.forValue
        try write(to: &output)
        return output
    }
}

extension DirectlyEncodable where Self: FixedWidthInteger {
    func write(to output: inout JSONOutput) { output.append(integer: self) }
}

extension Int: DirectlyEncodable {}
extension Int8: DirectlyEncodable {}
extension Int16: DirectlyEncodable {}
extension Int32: DirectlyEncodable {}
extension Int64: DirectlyEncodable {}
extension UInt: DirectlyEncodable {}
extension UInt8: DirectlyEncodable {}
extension UInt16: DirectlyEncodable {}
extension UInt32: DirectlyEncodable {}
extension UInt64: DirectlyEncodable {}

extension Double: DirectlyEncodable {
    func write(to output: inout JSONOutput) throws { try output.append(number: self) }
}

extension Float: DirectlyEncodable {
    func write(to output: inout JSONOutput) throws { try output.append(number: self) }
}

extension Bool: DirectlyEncodable {
    func write(to output: inout JSONOutput) { output.append(self ? "true" : "false") }
}

extension String: DirectlyEncodable {
    func write(to output: inout JSONOutput) { output.append(string: self) }
}

extension Optional: DirectlyEncodable where Wrapped: DirectlyEncodable {
    func write(to output: inout JSONOutput) throws {
        switch self {
        case .some(let value): try value.write(to: &output)
        case nil: output.append("null")
        }
    }
}

extension Array: DirectlyEncodable where Element: DirectlyEncodable {
    func write(to output: inout JSONOutput) throws {
        // By the type: `as? [UInt8]` would take every empty array for bytes.
        if Element.self == UInt8.self {
            output.append(attachment: .array(self as! [UInt8]))
            return
        }
        output.append("[")
        var isFirst = true
        for element in self {
            if !isFirst { output.append(",") }
            isFirst = false
            try element.write(to: &output)
        }
        output.append("]")
    }
}

extension Dictionary: DirectlyEncodable where Key == String, Value: DirectlyEncodable {
    /// Members are sorted by key, so that equal values are equal texts.
    func write(to output: inout JSONOutput) throws {
        output.append("{")
        var isFirst = true
        let write = { (key: String, value: Value, output: inout JSONOutput) in
            if !isFirst { output.append(",") }
            isFirst = false
            output.append(string: key)
            output.append(":")
            try value.write(to: &output)
        }
        if count == 1 {
            // Sorting costs more than writing.
            for (key, value) in self { try write(key, value, &output) }
        } else {
            for (key, value) in sorted(by: { $0.key < $1.key }) { try write(key, value, &output) }
        }
        output.append("}")
    }
}

extension JSON: Codable {
    /// Reads any value.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? ValueDecoder {
            self = try decoder.direct(JSON.self)
            return
        }
        // Another decoder, say of a file the plugin reads itself.
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? container.decode(UInt64.self) {
            self = .uint(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .uint(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .bytes(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSON: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> JSON {
        switch try cursor.kind() {
        case .null:
            try cursor.readLiteral("null")
            return .null
        case .bool: return .bool(try cursor.readBool())
        case .string: return .string(try cursor.readString())
        case .array: return .array(try [JSON].readElements(&cursor))
        case .object:
            var ahead = cursor
            if try ByteReference.read(&ahead) != nil {
                return .bytes(try ByteReference.readBytes(&cursor) { [UInt8]($0) })
            }
            return .object(try [String: JSON].read(&cursor))
        case .number:
            let start = cursor
            if try cursor.scanNumber().isPlainInteger {
                cursor = start
                if case .value(let value) = try cursor.readInteger(as: Int64.self) { return .int(value) }
                cursor = start
                if case .value(let value) = try cursor.readInteger(as: UInt64.self) { return .uint(value) }
            }
            cursor = start
            return .double(try cursor.readExactDouble())
        }
    }
}

extension JSON: DirectlyEncodable {
    func write(to output: inout JSONOutput) throws {
        switch self {
        case .null: output.append("null")
        case .bool(let value): value.write(to: &output)
        case .int(let value): value.write(to: &output)
        case .uint(let value): value.write(to: &output)
        case .double(let value): try value.write(to: &output)
        case .string(let value): value.write(to: &output)
        case .bytes(let value): try value.write(to: &output)
        case .array(let value): try value.write(to: &output)
        case .object(let value): try value.write(to: &output)
        }
    }
}

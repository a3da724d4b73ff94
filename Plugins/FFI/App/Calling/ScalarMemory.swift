import DirtyKit
import FFIManifest

/// Scalars on their way between JSON and memory.
enum ScalarMemory {
    /// Stores a value of a manifest, which fits.
    static func store(_ value: ManifestValue, as form: Scalar.Form, at memory: UnsafeMutableRawPointer) {
        switch (form, value) {
        case (.float, _): memory.storeBytes(of: Float(value.double ?? 0), as: Float.self)
        case (.double, _): memory.storeBytes(of: value.double ?? 0, as: Double.self)
        case (_, .bool(let flag)): storeInteger(flag ? 1 : 0, as: form, at: memory)
        case (_, .int(let integer)): storeInteger(UInt64(bitPattern: integer), as: form, at: memory)
        case (_, .uint(let integer)): storeInteger(integer, as: form, at: memory)
        default: preconditionFailure("a checked manifest has a scalar that is \(value)")
        }
    }

    /// Stores the low bytes of `bits`.
    @inline(__always)
    static func storeInteger(_ bits: UInt64, as form: Scalar.Form, at memory: UnsafeMutableRawPointer) {
        switch form {
        case .int8, .uint8, .bool: memory.storeBytes(of: UInt8(truncatingIfNeeded: bits), as: UInt8.self)
        case .int16, .uint16: memory.storeBytes(of: UInt16(truncatingIfNeeded: bits), as: UInt16.self)
        case .int32, .uint32, .float: memory.storeBytes(of: UInt32(truncatingIfNeeded: bits), as: UInt32.self)
        case .int64, .uint64, .double: memory.storeBytes(of: bits, as: UInt64.self)
        }
    }

    /// Stores an argument, whole or not at all.
    static func store(
        _ value: DynamicValue,
        as form: Scalar.Form,
        least: Int64,
        greatest: UInt64,
        at memory: UnsafeMutableRawPointer
    ) throws {
        switch form {
        case .int8, .int16, .int32, .int64:
            let integer = try value.signed(least: least, greatest: Int64(clamping: greatest))
            storeInteger(UInt64(bitPattern: integer), as: form, at: memory)
        case .uint8, .uint16, .uint32, .uint64:
            let integer = try value.unsigned(greatest: greatest)
            guard least <= 0 || integer >= UInt64(least) else {
                throw value.mismatch("an integer from \(least) to \(greatest)")
            }
            storeInteger(integer, as: form, at: memory)
        case .bool: storeInteger(try value.boolean() ? 1 : 0, as: form, at: memory)
        case .double: memory.storeBytes(of: try value.number(), as: Double.self)
        case .float:
            let number = try value.number()
            let float = Float(number)
            guard float.isFinite || !number.isFinite else {
                throw value.mismatch("a number that a 32-bit float can hold")
            }
            memory.storeBytes(of: float, as: Float.self)
        }
    }

    /// Stores an argument of a form's whole range.
    static func store(_ value: DynamicValue, as form: Scalar.Form, at memory: UnsafeMutableRawPointer) throws {
        let bounds = form.bounds ?? (0, 0)
        try store(value, as: form, least: bounds.least, greatest: bounds.greatest, at: memory)
    }

    /// Appends the value in memory to a result.
    static func append(_ form: Scalar.Form, at memory: UnsafeRawPointer, to output: inout DynamicOutput) {
        switch form {
        case .int8, .int16, .int32, .int64: output.append(signed: signed(form, at: memory))
        case .uint8, .uint16, .uint32, .uint64:
            output.append(unsigned: UInt64(bitPattern: signed(form, at: memory)))
        case .bool: output.append(memory.load(as: UInt8.self) != 0)
        case .float: output.append(number: memory.loadUnaligned(as: Float.self))
        case .double: output.append(number: memory.loadUnaligned(as: Double.self))
        }
    }

    /// The integer in memory, its bits widened as its sign says.
    static func signed(_ form: Scalar.Form, at memory: UnsafeRawPointer) -> Int64 {
        switch form {
        case .int8: Int64(memory.load(as: Int8.self))
        case .int16: Int64(memory.loadUnaligned(as: Int16.self))
        case .int32: Int64(memory.loadUnaligned(as: Int32.self))
        case .uint8, .bool: Int64(memory.load(as: UInt8.self))
        case .uint16: Int64(memory.loadUnaligned(as: UInt16.self))
        case .uint32: Int64(memory.loadUnaligned(as: UInt32.self))
        case .int64, .uint64: memory.loadUnaligned(as: Int64.self)
        case .float, .double: preconditionFailure("a \(form) is no integer")
        }
    }

    /// The count in memory; nil if it is negative or absurd.
    static func count(_ form: Scalar.Form, at memory: UnsafeRawPointer) -> Int? {
        let value = signed(form, at: memory)
        return value >= 0 ? Int(value) : nil
    }
}

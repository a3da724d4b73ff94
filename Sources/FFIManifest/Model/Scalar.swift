/// A type of C whose values fit a register: a number or a truth value.
public enum Scalar: String, CaseIterable, Sendable {
    case i8, i16, i32, i64, u8, u16, u32, u64, f32, f64
    case bool = "c_bool"
    case char = "c_char"
    case short = "c_short"
    case int = "c_int"
    case unsignedInt = "c_uint"
    case long = "c_long"
    case unsignedLong = "c_ulong"
    case size = "c_size"
    case signedSize = "c_ssize"

    /// How the machine holds a value.
    public enum Form: Sendable {
        case int8, int16, int32, int64, uint8, uint16, uint32, uint64, float, double, bool

        /// Bytes a value takes, which is also its alignment.
        public var byteCount: Int {
            switch self {
            case .int8, .uint8, .bool: 1
            case .int16, .uint16: 2
            case .int32, .uint32, .float: 4
            case .int64, .uint64, .double: 8
            }
        }

        /// The least and the greatest integer; nil for what isn't one.
        public var bounds: (least: Int64, greatest: UInt64)? {
            switch self {
            case .int8: (Int64(Int8.min), UInt64(Int8.max))
            case .int16: (Int64(Int16.min), UInt64(Int16.max))
            case .int32: (Int64(Int32.min), UInt64(Int32.max))
            case .int64: (Int64.min, UInt64(Int64.max))
            case .uint8: (0, UInt64(UInt8.max))
            case .uint16: (0, UInt64(UInt16.max))
            case .uint32: (0, UInt64(UInt32.max))
            case .uint64: (0, UInt64.max)
            case .float, .double, .bool: nil
            }
        }
    }

    /// How this machine holds a value of the type.
    public var form: Form {
        switch self {
        case .i8: .int8
        case .i16, .short: .int16
        case .i32, .int: .int32
        case .i64, .long, .signedSize: .int64
        case .u8: .uint8
        case .u16: .uint16
        case .u32, .unsignedInt: .uint32
        case .u64, .unsignedLong, .size: .uint64
        case .f32: .float
        case .f64: .double
        case .bool: .bool
        case .char: Self.charForm
        }
    }

    /// Whether it is an integer.
    public var isInteger: Bool {
        form.bounds != nil
    }

    /// Whether C changes it on its way through `...`, so that nobody can receive it as what it is.
    public var isPromotedInVariadics: Bool {
        switch form {
        case .int8, .int16, .uint8, .uint16, .bool, .float: true
        case .int32, .int64, .uint32, .uint64, .double: false
        }
    }

    /// The types of C that it may stand for.
    ///
    /// Where C has two of the same form, as `long` and `long long`, a fixed width stands for either.
    public var cTypes: [String] {
        switch self {
        case .i8: ["signed char"]
        case .i16, .short: ["short"]
        case .i32, .int: ["int"]
        case .i64: ["long", "long long"]
        case .u8: ["unsigned char"]
        case .u16: ["unsigned short"]
        case .u32, .unsignedInt: ["unsigned int"]
        case .u64: ["unsigned long", "unsigned long long"]
        case .f32: ["float"]
        case .f64: ["double"]
        case .bool: ["_Bool"]
        case .char: ["char"]
        case .long: ["long"]
        case .unsignedLong: ["unsigned long"]
        case .size: ["__SIZE_TYPE__"]
        case .signedSize: ["long"]
        }
    }

    /// What manifests and messages of actions call it.
    public var word: String {
        switch form {
        case .float, .double: "number"
        case .bool: "boolean"
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: "integer"
        }
    }

    // `char` is unsigned on Linux for Arm.
    #if arch(arm64) || arch(arm)
    private static let charForm = Form.uint8
    #else
    private static let charForm = Form.int8
    #endif
}

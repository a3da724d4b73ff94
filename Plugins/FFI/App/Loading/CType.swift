import CLibFFI
import FFIManifest

/// A type as libffi knows it.
struct CType {
    let pointer: OpaquePointer

    /// A type of one of libffi's kinds.
    init(kind: Int) {
        guard let pointer = dirty_ffi_scalar(Int32(kind)) else {
            preconditionFailure("libffi has no type of kind \(kind)")
        }
        self.pointer = pointer
    }

    /// A struct that ``StructLayout`` has laid out.
    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    /// A scalar's type.
    init(_ form: Scalar.Form) {
        switch form {
        case .int8: self.init(kind: DIRTY_FFI_I8)
        case .int16: self.init(kind: DIRTY_FFI_I16)
        case .int32: self.init(kind: DIRTY_FFI_I32)
        case .int64: self.init(kind: DIRTY_FFI_I64)
        case .uint8, .bool: self.init(kind: DIRTY_FFI_U8)
        case .uint16: self.init(kind: DIRTY_FFI_U16)
        case .uint32: self.init(kind: DIRTY_FFI_U32)
        case .uint64: self.init(kind: DIRTY_FFI_U64)
        case .float: self.init(kind: DIRTY_FFI_F32)
        case .double: self.init(kind: DIRTY_FFI_F64)
        }
    }

    /// Any pointer.
    static var address: CType { CType(kind: DIRTY_FFI_POINTER) }
    /// No value.
    static var void: CType { CType(kind: DIRTY_FFI_VOID) }

    private init(kind: some BinaryInteger) { self.init(kind: Int(kind)) }
}

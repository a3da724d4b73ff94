import CLibFFI
import DirtyKit
import FFIManifest

/// Where the fields of a struct are in memory.
final class StructLayout {
    let name: String
    let fields: [Field]
    let type: CType
    let byteCount: Int

    /// One field.
    struct Field {
        let name: String
        let offset: Int
        let content: Content
    }

    /// What a field holds.
    enum Content {
        case scalar(Scalar.Form)
        case structure(StructLayout)
        case text
        case null
    }

    /// The layout of the struct `name` of `manifest`.
    /// - Throws: ``AppError`` if it hasn't the size that the manifest says.
    init(_ name: String, _ manifest: Manifest) throws {
        guard let structure = manifest.structs[name] else {
            preconditionFailure("a checked manifest uses a struct it hasn't: \(name)")
        }
        self.name = name
        var contents: [Content] = []
        var types: [OpaquePointer?] = []
        for field in structure.fields {
            switch field.type {
            case .scalar(let scalar):
                contents.append(.scalar(scalar.form))
                types.append(CType(scalar.form).pointer)
            case .structure(let inner):
                let layout = try StructLayout(inner, manifest)
                contents.append(.structure(layout))
                types.append(layout.type.pointer)
            case .text:
                contents.append(.text)
                types.append(CType.address.pointer)
            case .null:
                contents.append(.null)
                types.append(CType.address.pointer)
            }
        }
        var offsets = [Int](repeating: 0, count: types.count)
        var (size, alignment) = (0, 0)
        guard let pointer = dirty_ffi_struct(types, types.count, &offsets, &size, &alignment) else {
            throw AppError(.unsupported, "/structs/\(name): libffi can't lay out this struct")
        }
        if let expected = structure.byteCount, expected != size {
            throw AppError(
                .invalid,
                "/structs/\(name)/size: the fields make \(size) bytes, not \(expected); correct the fields, or the size"
            )
        }
        type = CType(pointer)
        byteCount = size
        fields = structure.fields.indices.map {
            Field(name: structure.fields[$0].name, offset: offsets[$0], content: contents[$0])
        }
    }
}

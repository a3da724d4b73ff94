import DirtyKit
import FFIManifest

/// Structs on their way between JSON and memory.
enum StructMemory {
    /// Stores an object as a struct: every field once, and no other.
    ///
    /// `memory` has been zeroed.
    static func store(
        _ value: DynamicValue,
        _ layout: StructLayout,
        at memory: UnsafeMutableRawPointer,
        _ arena: Arena
    ) throws {
        var stored: Set<String> = []
        try value.forEachMember { name, member in
            guard let field = layout.fields.first(where: { $0.name == name }), !field.isNull else {
                throw member.mismatch(
                    "a field of \(layout.name)",
                    note: "\"\(name)\" is none; there are \(names(layout).joined(separator: ", "))"
                )
            }
            guard stored.insert(name).inserted else {
                throw member.mismatch("given once", note: "\"\(name)\" is there twice")
            }
            try store(member, field.content, at: memory + field.offset, arena)
        }
        let missing = names(layout).filter { !stored.contains($0) }
        guard missing.isEmpty else {
            throw value.mismatch(
                "an object with all fields of \(layout.name)",
                note: "missing: \(missing.joined(separator: ", "))"
            )
        }
    }

    private static func store(
        _ value: DynamicValue,
        _ content: StructLayout.Content,
        at memory: UnsafeMutableRawPointer,
        _ arena: Arena
    ) throws {
        switch content {
        case .scalar(let form): try ScalarMemory.store(value, as: form, at: memory)
        case .structure(let layout): try store(value, layout, at: memory, arena)
        case .text:
            let text = value.isNull ? nil : try TextMemory.store(value, maximum: TextMemory.fieldBytes, arena).memory
            memory.storeBytes(of: text, as: UnsafeMutableRawPointer?.self)
        case .null: break
        }
    }

    /// Appends a struct in memory to a result, as an object.
    static func append(_ layout: StructLayout, at memory: UnsafeRawPointer, to output: inout DynamicOutput) throws {
        output.append("{")
        var isFirst = true
        for field in layout.fields where !field.isNull {
            if !isFirst { output.append(",") }
            isFirst = false
            output.append(text: field.name)
            output.append(":")
            let place = memory + field.offset
            switch field.content {
            case .scalar(let form): ScalarMemory.append(form, at: place, to: &output)
            case .structure(let inner): try append(inner, at: place, to: &output)
            case .text:
                try TextMemory.append(
                    place.loadUnaligned(as: UnsafeRawPointer?.self),
                    isNullable: true,
                    maximum: TextMemory.fieldBytes,
                    "the field \(field.name) of \(layout.name)",
                    to: &output
                )
            case .null: break
            }
        }
        output.append("}")
    }

    private static func names(_ layout: StructLayout) -> [String] {
        layout.fields.filter { !$0.isNull }.map(\.name)
    }
}

extension StructLayout.Field {
    /// Whether callers don't see it.
    fileprivate var isNull: Bool { if case .null = content { true } else { false } }
}

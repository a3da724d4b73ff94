import DirtyKit
import FFIManifest
import Glibc

extension Caller {
    /// Puts an argument where the function gets it.
    func fill(_ function: CFunction, _ index: Int, _ value: DynamicValue) throws {
        let parameter = function.parameters[index]
        let slot = function.slots + index
        switch parameter.passing {
        case .scalar(let form):
            try store(value, parameter, form, at: slot)
            return
        case .scalarPointer(let form, _):
            try store(value, parameter, form, at: function.cells + index)
            slot.pointee = UInt64(UInt(bitPattern: function.cells + index))
            return
        default: break
        }
        use()
        if value.isNull, parameter.manifest.isNullable { return setNull(function, index) }
        switch parameter.passing {
        case .text: try fillText(function, index, value)
        case .bytes, .changedBytes: try fillBytes(function, index, value)
        case .array(let element, _, let comesOut): try fillArray(function, index, element, comesOut, value)
        case .structure(let layout):
            let memory = try zeroed(layout.byteCount)
            try StructMemory.store(value, layout, at: memory, arena)
            function.arguments[index] = memory
        case .reference(let layout, _, let comesOut):
            let memory = try comesOut ? room(index, layout.byteCount) : zeroed(layout.byteCount)
            try StructMemory.store(value, layout, at: memory, arena)
            set(function, index, memory, count: 1)
        case .handle(let kind): try fillHandle(function, index, kind, value)
        case .callback(let collector): slot.pointee = try value.boolean() ? collector.address : 0
        case .constant, .scalar, .scalarPointer, .length, .lengthPointer, .buffer, .made, .newHandle:
            preconditionFailure("\(parameter.manifest.name) of \(function.manifest.name) isn't given by callers")
        }
    }

    /// Does the same for one that was left out.
    func fillDefault(_ function: CFunction, _ index: Int) throws {
        let parameter = function.parameters[index]
        switch (parameter.passing, parameter.manifest.defaultValue) {
        case (.scalar(let form), let value?):
            ScalarMemory.store(value, as: form, at: function.slots + index)
        case (.scalarPointer(let form, _), let value?):
            ScalarMemory.store(value, as: form, at: function.cells + index)
            function.slots[index] = UInt64(UInt(bitPattern: function.cells + index))
        case (.text, .string(let text)?):
            use()
            var text = text
            try text.withUTF8 { utf8 in
                let memory = try memory(of: parameter, utf8.count + 1)
                TextMemory.copy(UnsafeRawBufferPointer(utf8), to: memory)
                set(function, index, memory, count: utf8.count)
            }
        case (.callback(let collector), let value):
            function.slots[index] = value == .bool(false) || value == .null ? 0 : collector.address
        default:
            use()
            setNull(function, index)
        }
    }

    /// Notes where a parameter's buffer is.
    func set(_ function: CFunction, _ index: Int, _ memory: UnsafeMutableRawPointer, count: Int) {
        pointers[index] = memory
        counts[index] = count
        function.slots[index] = UInt64(UInt(bitPattern: memory))
    }

    private func setNull(_ function: CFunction, _ index: Int) {
        pointers[index] = nil
        counts[index] = 0
        function.slots[index] = 0
    }

    private func store(
        _ value: DynamicValue,
        _ parameter: CParameter,
        _ form: Scalar.Form,
        at memory: UnsafeMutablePointer<UInt64>
    ) throws {
        try ScalarMemory.store(value, as: form, least: parameter.least, greatest: parameter.greatest, at: memory)
        if parameter.hasRules { try check(value, parameter.manifest, form, at: memory) }
    }

    /// Holds a number against the rules that the manifest adds to its type's.
    private func check(
        _ value: DynamicValue,
        _ parameter: ManifestParameter,
        _ form: Scalar.Form,
        at memory: UnsafeMutableRawPointer
    ) throws {
        let number: Double =
            switch form {
            case .float: Double(memory.load(as: Float.self))
            case .double: memory.load(as: Double.self)
            case .uint64: Double(memory.load(as: UInt64.self))
            case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .bool:
                Double(ScalarMemory.signed(form, at: memory))
            }
        if let range = parameter.range, form == .float || form == .double,
            let least = range.least.double, let greatest = range.greatest.double
        {
            guard number >= least, number <= greatest else {
                throw value.mismatch("a number from \(range.least.words) to \(range.greatest.words)")
            }
        }
        if parameter.forbidden.contains(where: { $0.double == number }) {
            throw value.mismatch("a number other than \(parameter.forbidden.map(\.words).joined(separator: ", "))")
        }
    }

    private func fillText(_ function: CFunction, _ index: Int, _ value: DynamicValue) throws {
        let parameter = function.parameters[index]
        try value.withText { text in
            try TextMemory.check(text, value, maximum: parameter.manifest.maximumCount)
            let memory = try memory(of: parameter, text.count + 1)
            TextMemory.copy(text, to: memory)
            set(function, index, memory, count: text.count)
        }
    }

    private func fillBytes(_ function: CFunction, _ index: Int, _ value: DynamicValue) throws {
        let parameter = function.parameters[index]
        switch try value.bytes() {
        case .lent(let bytes):
            try checkCount(bytes.count, parameter.manifest, value)
            if case .bytes = parameter.passing, parameter.manifest.ownership != .transfer {
                // Where it arrived: the function gets the caller's bytes without a copy.
                let start = bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) } ?? nothing
                return set(function, index, bytes.isEmpty ? nothing : start, count: bytes.count)
            }
            try copy(bytes, function, index)
        case .made(let bytes):
            try checkCount(bytes.count, parameter.manifest, value)
            try bytes.withUnsafeBytes { try copy($0, function, index) }
        }
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, _ function: CFunction, _ index: Int) throws {
        let parameter = function.parameters[index]
        let memory: UnsafeMutableRawPointer
        if case .changedBytes = parameter.passing {
            // Its room may be larger, which shows only when all arguments are there.
            memory = try arena.allocate(bytes.count)
        } else {
            memory = try self.memory(of: parameter, bytes.count)
        }
        if let start = bytes.baseAddress { memory.copyMemory(from: start, byteCount: bytes.count) }
        set(function, index, memory, count: bytes.count)
    }

    /// Memory for an argument: the call's, or the function's to free.
    private func memory(of parameter: CParameter, _ count: Int) throws -> UnsafeMutableRawPointer {
        guard parameter.manifest.ownership == .transfer else { return try arena.allocate(count) }
        guard let memory = malloc(max(count, 1)) else { throw Arena.exhausted(count) }
        handedOver.append(memory)
        return memory
    }

    private func checkCount(_ count: Int, _ parameter: ManifestParameter, _ value: DynamicValue) throws {
        guard count > parameter.maximumCount else { return }
        throw value.mismatch("at most \(parameter.maximumCount) bytes", note: "there are \(count)")
    }

    private func fillArray(
        _ function: CFunction,
        _ index: Int,
        _ element: CParameter.ArrayElement,
        _ comesOut: Bool,
        _ value: DynamicValue
    ) throws {
        let count = try value.forEachElement { _, _ in }
        let parameter = function.parameters[index]
        guard count <= parameter.manifest.maximumCount else {
            throw value.mismatch(
                "an array of at most \(parameter.manifest.maximumCount) elements",
                note: "it has \(count)"
            )
        }
        let memory = try comesOut ? room(index, count * element.stride) : zeroed(count * element.stride)
        try value.forEachElement { position, item in
            let place = memory + position * element.stride
            switch element {
            case .scalar(let form): try ScalarMemory.store(item, as: form, at: place)
            case .structure(let layout): try StructMemory.store(item, layout, at: place, arena)
            case .text:
                let text = try TextMemory.store(item, maximum: TextMemory.fieldBytes, arena)
                place.storeBytes(of: text.memory, as: UnsafeMutableRawPointer.self)
            }
        }
        set(function, index, memory, count: count)
    }

    private func fillHandle(_ function: CFunction, _ index: Int, _ kind: HandleKind, _ value: DynamicValue) throws {
        var token: String?
        var isAlone = true
        if value.isObject {
            try value.forEachMember { name, member in
                guard name == "$handle", token == nil else { return isAlone = false }
                token = try member.withText { String(decoding: $0, as: UTF8.self) }
            }
        }
        guard let token, isAlone else {
            throw value.mismatch("a handle", note: "as an earlier call returned it: {\"$handle\": \"\(kind.name):…\"}")
        }
        let handle = try handles.find(token, kind)
        let isConsumed = function.parameters[index].manifest.isConsumed
        usedHandles.append(UsedHandle(parameter: index, number: handle.number, token: token, isConsumed: isConsumed))
        function.slots[index] = UInt64(UInt(bitPattern: handle.pointer))
    }

    private func zeroed(_ count: Int) throws -> UnsafeMutableRawPointer {
        let memory = try arena.allocate(count)
        memset(memory, 0, count)
        return memory
    }
}

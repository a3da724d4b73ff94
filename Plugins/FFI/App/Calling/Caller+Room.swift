import DirtyKit
import FFIManifest

extension Caller {
    /// Makes room for what the function writes, and tells it how much there is.
    func makeRoom(_ function: CFunction) throws {
        for (index, parameter) in function.parameters.enumerated() {
            switch parameter.passing {
            case .buffer: try makeBuffer(function, index, stride: 1)
            case .array(let element, false, _): try makeBuffer(function, index, stride: element.stride)
            case .changedBytes: try makeChanged(function, index)
            case .reference(let layout, false, _):
                set(function, index, try room(index, layout.byteCount), count: 1)
            case .scalarPointer(_, false), .made, .newHandle:
                if case .newHandle(let kind) = parameter.passing { try handles.checkRoom(for: kind) }
                function.cells[index] = 0
                function.slots[index] = UInt64(UInt(bitPattern: function.cells + index))
            case .constant, .scalar, .scalarPointer, .length, .lengthPointer, .text, .bytes, .array, .structure,
                .reference,
                .handle, .callback:
                break
            }
        }
        if case .handle(let kind) = function.result.content { try handles.checkRoom(for: kind) }
        for (index, parameter) in function.parameters.enumerated() {
            switch parameter.passing {
            case .length(let form, let buffer):
                try storeLength(function, of: buffer, form, at: function.slots + index)
            case .lengthPointer(let form, let buffer, let goesIn):
                function.cells[index] = 0
                if goesIn { try storeLength(function, of: buffer, form, at: function.cells + index) }
                function.slots[index] = UInt64(UInt(bitPattern: function.cells + index))
            default: break
            }
        }
    }

    /// Zeroed memory that the function may write to.
    func room(_ index: Int, _ byteCount: Int) throws -> UnsafeMutableRawPointer {
        use()
        let buffer = try OutputBuffer(byteCount, isGuarded: isStrict)
        buffers[index] = buffer
        return buffer.memory
    }

    /// What an amount is, with what is known by now.
    func count(_ amount: CAmount, _ function: CFunction) throws -> Int {
        switch amount {
        case .fixed(let count): return count
        case .parameter(let index):
            let parameter = function.parameters[index]
            guard case .scalar(let scalar) = parameter.manifest.type else { return counts[index] }
            var word = word(function, index)
            return try Self.positive(ScalarMemory.count(scalar.form, at: &word), "\"\(parameter.manifest.name)\"")
        case .function(let helper, let its):
            let words = its.arguments.map { argument in
                switch argument {
                case .length(let index): UInt64(counts[index])
                case .parameter(let index): word(function, index)
                case .number(let number): UInt64(bitPattern: number)
                }
            }
            var result = helper.call(words)
            let count = try Self.positive(ScalarMemory.count(its.type.form, at: &result), its.symbol)
            guard count <= its.maximum else {
                throw AppError(
                    .tooLarge,
                    "\(function.manifest.name): \(its.symbol) asks for \(count), and the manifest allows \(its.maximum)"
                )
            }
            return count
        }
    }

    /// What a parameter is now: what was passed, or what its pointer points to.
    func word(_ function: CFunction, _ index: Int) -> UInt64 {
        switch function.parameters[index].passing {
        case .scalarPointer, .lengthPointer, .made, .newHandle: function.cells[index]
        case .constant, .scalar, .length, .text, .bytes, .buffer, .changedBytes, .array, .structure, .reference,
            .handle,
            .callback:
            function.slots[index]
        }
    }

    private static func positive(_ count: Int?, _ what: String) throws -> Int {
        guard let count else { throw AppError(.internal, "\(what) says a size below 0") }
        return count
    }

    private func makeBuffer(_ function: CFunction, _ index: Int, stride: Int) throws {
        let parameter = function.parameters[index]
        guard let capacity = parameter.capacity else {
            preconditionFailure("a checked manifest has a buffer without a size: \(parameter.manifest.name)")
        }
        let count = try count(capacity, function)
        guard count <= parameter.manifest.maximumCount else {
            throw AppError(
                .tooLarge,
                "\(function.manifest.name): \"\(parameter.manifest.name)\" would take \(count), and its \"max\" is "
                    + "\(parameter.manifest.maximumCount)"
            )
        }
        set(function, index, try room(index, count * stride), count: count)
    }

    /// Moves bytes that go in and come out to where the function may change them.
    private func makeChanged(_ function: CFunction, _ index: Int) throws {
        guard let given = pointers[index] else { return }
        let parameter = function.parameters[index]
        let givenCount = counts[index]
        let capacity = try parameter.capacity.map { try count($0, function) } ?? givenCount
        guard capacity >= givenCount else {
            throw AppError(
                .tooLarge,
                "\(function.manifest.name): \"\(parameter.manifest.name)\" has \(givenCount) bytes, and there is room for \(capacity)"
            )
        }
        let memory = try room(index, capacity)
        memory.copyMemory(from: given, byteCount: givenCount)
        set(function, index, memory, count: capacity)
    }

    private func storeLength(
        _ function: CFunction,
        of buffer: Int,
        _ form: Scalar.Form,
        at memory: UnsafeMutablePointer<UInt64>
    ) throws {
        let count = UInt64(counts[buffer])
        guard let bounds = form.bounds, count <= bounds.greatest else {
            throw AppError(
                .tooLarge,
                "\(function.manifest.name): \"\(function.parameters[buffer].manifest.name)\" has a length of \(count), more than "
                    + "its length parameter holds"
            )
        }
        ScalarMemory.storeInteger(count, as: form, at: memory)
    }
}

import DirtyKit
import FFIManifest
import Glibc

extension Caller {
    /// Appends what the caller gets: a single value, an object of several, or null.
    func append(_ function: CFunction, to output: inout DynamicOutput) throws {
        let returnsResult = function.result.manifest.isReturned
        if function.returnsOne {
            if returnsResult {
                try appendResult(function, to: &output)
            } else {
                try append(function, function.returned[0], to: &output)
            }
            return
        }
        guard returnsResult || !function.returned.isEmpty else { return output.append("null") }
        output.append("{")
        var isFirst = true
        if returnsResult {
            output.append("\"result\":")
            try appendResult(function, to: &output)
            isFirst = false
        }
        for index in function.returned {
            if !isFirst { output.append(",") }
            isFirst = false
            output.append(text: function.parameters[index].manifest.name)
            output.append(":")
            try append(function, index, to: &output)
        }
        output.append("}")
    }

    private func appendResult(_ function: CFunction, to output: inout DynamicOutput) throws {
        let memory = function.resultMemory
        let manifest = function.result.manifest
        switch function.result.content {
        case .none: output.append("null")
        case .scalar(let form): ScalarMemory.append(form, at: memory, to: &output)
        case .text:
            try TextMemory.append(
                memory.load(as: UnsafeRawPointer?.self),
                isNullable: manifest.isNullable,
                maximum: manifest.maximumCount,
                "the result of \(function.manifest.symbol)",
                to: &output
            )
        case .bytes:
            let length = try function.result.length.map { try count($0, function) } ?? 0
            try append(
                memory.load(as: UnsafeRawPointer?.self),
                count: length,
                isNullable: manifest.isNullable,
                maximum: manifest.maximumCount,
                "the result of \(function.manifest.symbol)",
                to: &output
            )
        case .structure(let layout): try StructMemory.append(layout, at: memory, to: &output)
        case .reference(let layout):
            guard let pointer = memory.load(as: UnsafeRawPointer?.self) else { return output.append("null") }
            try StructMemory.append(layout, at: pointer, to: &output)
        case .handle(let kind):
            append(memory.load(as: UnsafeMutableRawPointer?.self), kind, parent: manifest.parent, to: &output)
        }
    }

    private func append(_ function: CFunction, _ index: Int, to output: inout DynamicOutput) throws {
        let parameter = function.parameters[index]
        let name = parameter.manifest.name
        switch parameter.passing {
        case .scalarPointer(let form, _): ScalarMemory.append(form, at: function.cells + index, to: &output)
        case .buffer(let isText): try appendBuffer(function, index, isText: isText, to: &output)
        case .changedBytes:
            guard pointers[index] != nil else { return output.append("null") }
            try appendBuffer(function, index, isText: false, to: &output)
        case .made(let isText):
            let start = UnsafeRawPointer(bitPattern: UInt(function.cells[index]))
            let what = "\"\(name)\" of \(function.manifest.symbol)"
            if isText {
                try TextMemory.append(
                    start,
                    isNullable: parameter.manifest.isNullable,
                    maximum: parameter.manifest.maximumCount,
                    what,
                    to: &output
                )
            } else {
                try append(
                    start,
                    count: try lengthAfterwards(function, of: index) ?? 0,
                    isNullable: parameter.manifest.isNullable,
                    maximum: parameter.manifest.maximumCount,
                    what,
                    to: &output
                )
            }
        case .array(let element, _, _): try appendArray(function, index, element, to: &output)
        case .reference(let layout, _, _):
            guard let memory = pointers[index] else { return output.append("null") }
            try StructMemory.append(layout, at: memory, to: &output)
        case .newHandle(let kind):
            let pointer = UnsafeMutableRawPointer(bitPattern: UInt(function.cells[index]))
            if pointer == nil, !parameter.manifest.isNullable {
                throw AppError(
                    .internal,
                    code: "null",
                    "\(function.manifest.symbol) gave no \"\(name)\", but a null pointer"
                )
            }
            append(pointer, kind, parent: parameter.manifest.parent, to: &output)
        case .callback(let collector):
            if function.slots[index] == 0 { output.append("null") } else { collector.append(to: &output) }
        case .constant, .scalar, .length, .lengthPointer, .text, .bytes, .structure, .handle:
            preconditionFailure("\(name) of \(function.manifest.name) doesn't come out")
        }
    }

    /// Appends a buffer's bytes without copying them, or its text.
    private func appendBuffer(
        _ function: CFunction,
        _ index: Int,
        isText: Bool,
        to output: inout DynamicOutput
    ) throws {
        guard let buffer = buffers[index] else { return output.append("null") }
        let count = try filled(function, index, in: buffer.memory)
        if isText {
            let text = UnsafeRawBufferPointer(start: buffer.memory, count: count)
            let what = "\"\(function.parameters[index].manifest.name)\" of \(function.manifest.symbol)"
            return try TextMemory.append(text, what, to: &output)
        }
        // The output's from here on.
        buffers[index] = nil
        output.append(taking: buffer.memory, count: count) { _ in buffer.free() }
    }

    /// How much of a buffer counts, in bytes or elements.
    private func filled(_ function: CFunction, _ index: Int, in memory: UnsafeMutableRawPointer) throws -> Int {
        let parameter = function.parameters[index].manifest
        let capacity = counts[index]
        let count: Int?
        switch parameter.filled {
        case .all: count = try lengthAfterwards(function, of: index) ?? capacity
        case .nul: count = strnlen(memory.assumingMemoryBound(to: CChar.self), capacity)
        case .result:
            guard case .scalar(let form) = function.result.content else { return capacity }
            count = ScalarMemory.count(form, at: function.resultMemory)
        }
        guard let count, count <= capacity else {
            throw AppError(
                .tooLarge,
                code: "too_small",
                "\(function.manifest.symbol) says that \"\(parameter.name)\" has \(count.map { "\($0)" } ?? "fewer than 0"), and "
                    + "there was room for \(capacity); raise its \"cap\" in the manifest",
                details: ["capacity": .int(Int64(capacity))]
            )
        }
        return count
    }

    /// What the length parameter of a buffer says after the call; nil if there is none that comes out.
    private func lengthAfterwards(_ function: CFunction, of index: Int) throws -> Int? {
        for (position, parameter) in function.parameters.enumerated() {
            guard case .lengthPointer(let form, of: index, _) = parameter.passing else { continue }
            guard let count = ScalarMemory.count(form, at: function.cells + position) else {
                throw AppError(.internal, "\"\(parameter.manifest.name)\" of \(function.manifest.symbol) is below 0")
            }
            return count
        }
        return nil
    }

    private func appendArray(
        _ function: CFunction,
        _ index: Int,
        _ element: CParameter.ArrayElement,
        to output: inout DynamicOutput
    ) throws {
        guard let memory = pointers[index] else { return output.append("null") }
        let count = try filled(function, index, in: memory)
        output.append("[")
        for position in 0..<count {
            if position > 0 { output.append(",") }
            let place = memory + position * element.stride
            switch element {
            case .scalar(let form): ScalarMemory.append(form, at: place, to: &output)
            case .structure(let layout): try StructMemory.append(layout, at: place, to: &output)
            case .text: preconditionFailure("an array of texts doesn't come out")
            }
        }
        output.append("]")
    }

    /// Appends a copy of bytes that the library has.
    private func append(
        _ start: UnsafeRawPointer?,
        count: Int,
        isNullable: Bool,
        maximum: Int,
        _ what: String,
        to output: inout DynamicOutput
    ) throws {
        guard let start else {
            // No bytes at all are null for many.
            if count == 0, !isNullable { return output.append(bytes: []) }
            guard isNullable else {
                throw AppError(
                    .internal,
                    code: "null",
                    "\(what) is a null pointer; if it may be, say \"nullable\" in the manifest"
                )
            }
            return output.append("null")
        }
        guard count <= maximum else {
            throw AppError(.tooLarge, "\(what) has \(count) bytes, and its \"max\" in the manifest is \(maximum)")
        }
        output.append(bytes: [UInt8](UnsafeRawBufferPointer(start: start, count: count)))
    }

    /// Takes a new handle in, and appends its token.
    private func append(
        _ pointer: UnsafeMutableRawPointer?,
        _ kind: HandleKind,
        parent: Int?,
        to output: inout DynamicOutput
    ) {
        guard let pointer else { return output.append("null") }
        let its = parent.flatMap { parent in usedHandles.first { $0.parameter == parent }?.number }
        let number = handles.add(pointer, kind, parent: its)
        newHandles.append(number)
        use()
        output.append("{\"$handle\":")
        output.append(text: handles.token(number, kind))
        output.append("}")
    }
}

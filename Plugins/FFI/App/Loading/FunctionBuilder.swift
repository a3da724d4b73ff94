import CLibFFI
import DirtyKit
import FFIManifest
import Glibc

/// Makes functions ready to be called, once for all calls.
struct FunctionBuilder {
    private let manifest: Manifest
    private let libraries: Libraries
    private let handles: HandleTable
    private let layouts: [String: StructLayout]

    init(_ manifest: Manifest, _ libraries: Libraries, _ handles: HandleTable) throws {
        self.manifest = manifest
        self.libraries = libraries
        self.handles = handles
        var layouts: [String: StructLayout] = [:]
        for name in manifest.structs.keys.sorted() { layouts[name] = try StructLayout(name, manifest) }
        self.layouts = layouts
    }

    /// A function of the manifest.
    /// - Throws: ``AppError`` that names the place in the manifest, if a library hasn't what it says.
    func build(_ function: ManifestFunction) throws -> CFunction {
        let pointer = "/functions/\(function.name)"
        var parameters: [CParameter] = []
        var types: [OpaquePointer?] = []
        for (index, parameter) in function.parameters.enumerated() {
            let place = "\(pointer)/params/\(index)"
            parameters.append(try build(parameter, function, at: place))
            types.append(type(of: parameter).pointer)
        }
        let result = try build(function.result, function, at: pointer + "/result")
        let fixed = function.variadicAfter.map { Int32($0) } ?? -1
        guard
            let shape = dirty_ffi_shape(type(of: function.result.type).pointer, types, UInt32(types.count), fixed)
        else { throw AppError(.unsupported, "\(pointer): libffi can't call \(function.symbol)") }
        let built = CFunction(
            function,
            signature: signature(of: function),
            parameters: parameters,
            result: result,
            shape: shape,
            address: try libraries.address(of: function.symbol, in: function.library, at: pointer + "/symbol")
        )
        for (index, parameter) in function.parameters.enumerated() {
            storeConstant(parameter, in: built.slots + index)
            // Callers have a say in it only where it may be null.
            if case .callback(let collector) = parameters[index].passing { built.slots[index] = collector.address }
        }
        return built
    }

    private func signature(of function: ManifestFunction) -> DynamicSignature {
        let words = manifest.parameterWords(of: function)
        return DynamicSignature(
            function.name,
            function.givenParameters.enumerated().map { position, index in
                let parameter = function.parameters[index]
                return DynamicSignature.Parameter(
                    parameter.name,
                    type: words[position],
                    isRequired: !parameter.canBeLeftOut,
                    defaultValue: parameter.defaultValue.map { JSON($0) }
                )
            }
        )
    }

    private func build(
        _ parameter: ManifestParameter,
        _ function: ManifestFunction,
        at pointer: String
    ) throws -> CParameter {
        let bounds = Self.bounds(of: parameter)
        return CParameter(
            manifest: parameter,
            passing: try passing(of: parameter, at: pointer),
            capacity: try parameter.capacity.map { try amount($0, function, at: pointer + "/cap") },
            free: try free(parameter.ownership, function, at: pointer + "/own"),
            least: bounds.least,
            greatest: bounds.greatest
        )
    }

    private func passing(of parameter: ManifestParameter, at pointer: String) throws -> CParameter.Passing {
        let goesIn = parameter.direction != .output
        let comesOut = parameter.direction != .input
        if parameter.constant != nil { return .constant }
        switch parameter.type {
        case .null, .void: return .constant
        case .scalar(let scalar):
            if let buffer = parameter.lengthOf {
                return comesOut
                    ? .lengthPointer(scalar.form, of: buffer, goesIn: goesIn) : .length(scalar.form, of: buffer)
            }
            return comesOut ? .scalarPointer(scalar.form, goesIn: goesIn) : .scalar(scalar.form)
        case .text:
            if !comesOut { return .text }
            return parameter.capacity == nil ? .made(isText: true) : .buffer(isText: true)
        case .bytes:
            if !comesOut { return .bytes }
            if goesIn { return .changedBytes }
            return parameter.capacity == nil ? .made(isText: false) : .buffer(isText: false)
        case .array(let element): return .array(self.element(element), goesIn: goesIn, comesOut: comesOut)
        case .structure(let name): return .structure(layout(name))
        case .reference(let name): return .reference(layout(name), goesIn: goesIn, comesOut: comesOut)
        case .handle(let name): return comesOut ? .newHandle(handles.kind(name)) : .handle(handles.kind(name))
        case .callback(let name):
            guard let callback = manifest.callbacks[name] else {
                preconditionFailure("a checked manifest uses a callback it hasn't: \(name)")
            }
            return .callback(try Collector(callback, named: name, at: pointer))
        }
    }

    private func element(_ element: ManifestType.Element) -> CParameter.ArrayElement {
        switch element {
        case .scalar(let scalar): .scalar(scalar.form)
        case .structure(let name): .structure(layout(name))
        case .text: .text
        }
    }

    private func layout(_ name: String) -> StructLayout {
        guard let layout = layouts[name] else {
            preconditionFailure("a checked manifest uses a struct it hasn't: \(name)")
        }
        return layout
    }

    private func build(
        _ result: ManifestResult,
        _ function: ManifestFunction,
        at pointer: String
    ) throws -> CResult {
        let content: CResult.Content =
            switch result.type {
            case .scalar(let scalar): .scalar(scalar.form)
            case .text: .text
            case .bytes: .bytes
            case .structure(let name): .structure(layout(name))
            case .reference(let name): .reference(layout(name))
            case .handle(let name): .handle(handles.kind(name))
            case .array, .callback, .null, .void: .none
            }
        var message: Helper?
        if case .function(let symbol, let arguments) = result.message {
            let types = arguments.map { argument in
                switch argument {
                case .parameter(let index): type(of: function.parameters[index].type)
                case .result: type(of: result.type)
                case .errno: CType(.int32)
                }
            }
            message = try Helper(
                symbol,
                in: function.library,
                of: types,
                result: .address,
                libraries,
                at: pointer + "/message/fn"
            )
        }
        return CResult(
            manifest: result,
            content: content,
            length: try result.length.map { try amount($0, function, at: pointer + "/len") },
            free: try free(result.ownership, function, at: pointer + "/own"),
            message: message
        )
    }

    private func free(_ ownership: Ownership, _ function: ManifestFunction, at pointer: String) throws -> Helper? {
        guard case .free(let symbol) = ownership else { return nil }
        return try Helper(symbol, in: function.library, of: [.address], result: .void, libraries, at: pointer)
    }

    private func amount(_ amount: Amount, _ function: ManifestFunction, at pointer: String) throws -> CAmount {
        switch amount {
        case .fixed(let count): return .fixed(count)
        case .parameter(let index): return .parameter(index)
        case .function(let its):
            let types = its.arguments.map { argument in
                switch argument {
                case .length, .number: CType(its.type.form)
                case .parameter(let index): type(of: function.parameters[index].type)
                }
            }
            return .function(
                try Helper(
                    its.symbol,
                    in: function.library,
                    of: types,
                    result: CType(its.type.form),
                    libraries,
                    at: pointer + "/fn"
                ),
                its
            )
        }
    }

    /// The type of what is passed for a parameter.
    private func type(of parameter: ManifestParameter) -> CType {
        if case .scalar = parameter.type, parameter.direction != .input { return .address }
        return type(of: parameter.type)
    }

    /// The type of a value.
    private func type(of type: ManifestType) -> CType {
        switch type {
        case .scalar(let scalar): CType(scalar.form)
        case .structure(let name): layout(name).type
        case .void: .void
        case .text, .bytes, .array, .reference, .handle, .callback, .null: .address
        }
    }

    /// Puts a constant where the function finds it at every call.
    private func storeConstant(_ parameter: ManifestParameter, in slot: UnsafeMutablePointer<UInt64>) {
        guard let constant = parameter.constant, constant != .null else { return }
        switch (parameter.type, constant) {
        case (.text, .string(let text)):
            // For the process's life, as the function itself.
            slot.pointee = UInt64(UInt(bitPattern: strdup(text)))
        case (.scalar(let scalar), _): ScalarMemory.store(constant, as: scalar.form, at: slot)
        default: preconditionFailure("a checked manifest has a constant of type \(parameter.type.text)")
        }
    }

    /// The integers that a parameter may be.
    private static func bounds(of parameter: ManifestParameter) -> (least: Int64, greatest: UInt64) {
        guard case .scalar(let scalar) = parameter.type, var bounds = scalar.form.bounds else { return (0, 0) }
        guard let range = parameter.range else { return bounds }
        if let least = range.least.double?.rounded(.up), least > Double(bounds.least) { bounds.least = Int64(least) }
        if let greatest = range.greatest.double?.rounded(.down), greatest < Double(bounds.greatest) {
            bounds.greatest = greatest < 0 ? 0 : UInt64(greatest)
        }
        return bounds
    }
}

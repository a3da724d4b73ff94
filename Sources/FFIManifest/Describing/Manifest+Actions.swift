extension Manifest {
    /// What the functions are as actions: the JSON of a plugin's manifest, `{"doc":…,"actions":[…]}`.
    public var actions: ManifestValue {
        var members: [ManifestValue.Member] = []
        if !about.isEmpty { members.append(.init("doc", .string(about))) }
        members.append(.init("actions", .array(functions.map(action))))
        return .object(members)
    }

    private func action(_ function: ManifestFunction) -> ManifestValue {
        var members: [ManifestValue.Member] = [.init("name", .string(function.name))]
        if !function.about.isEmpty { members.append(.init("doc", .string(function.about))) }
        members.append(.init("parameters", .array(function.givenParameters.map { parameter(function.parameters[$0]) })))
        members.append(.init("returns", returned(function)))
        members.append(.init("streams", .bool(false)))
        members.append(.init("async", .bool(false)))
        members.append(.init("symbol", .string(function.symbol)))
        members.append(.init("library", .string(libraries[function.library]?.file ?? function.library)))
        return .object(members)
    }

    /// The types of the parameters that callers give, in the words of actions' manifests.
    public func parameterWords(of function: ManifestFunction) -> [String] {
        function.givenParameters.map { index in
            word(function.parameters[index].type, isNullable: function.parameters[index].isNullable)
        }
    }

    private func parameter(_ parameter: ManifestParameter) -> ManifestValue {
        var members: [ManifestValue.Member] = [.init("name", .string(parameter.name))]
        if !parameter.about.isEmpty { members.append(.init("doc", .string(parameter.about))) }
        members.append(.init("type", .string(word(parameter.type, isNullable: parameter.isNullable))))
        members.append(.init("required", .bool(!parameter.canBeLeftOut)))
        if let value = parameter.defaultValue { members.append(.init("default", value)) }
        if let range = parameter.range { members.append(.init("range", .array([range.least, range.greatest]))) }
        return .object(members)
    }

    /// The type of what a caller gets; null for nothing.
    private func returned(_ function: ManifestFunction) -> ManifestValue {
        var parts: [(name: String, word: String)] = []
        if function.result.isReturned {
            parts.append(("result", word(function.result.type, isNullable: function.result.isNullable)))
        }
        for parameter in function.returnedParameters.map({ function.parameters[$0] }) {
            parts.append((parameter.name, returnedWord(parameter)))
        }
        switch parts.count {
        case 0: return .null
        case 1: return .string(parts[0].word)
        default:
            return .string("{" + parts.map { "\($0.name): \($0.word)" }.joined(separator: ", ") + "}")
        }
    }

    private func returnedWord(_ parameter: ManifestParameter) -> String {
        if case .callback(let name) = parameter.type {
            switch callbacks[name]?.collection {
            case .record: return "array of object"
            case .list, .value, nil: return "array of any"
            }
        }
        return word(parameter.type, isNullable: parameter.isNullable)
    }

    private func word(_ type: ManifestType, isNullable: Bool) -> String {
        let word =
            switch type {
            case .scalar(let scalar): scalar.word
            case .text: "string"
            case .bytes: "bytes"
            case .array(.scalar(let scalar)): "array of \(scalar.word)"
            case .array(.structure(let name)): "array of \(name)"
            case .array(.text): "array of string"
            case .structure(let name), .reference(let name): name
            case .handle(let name): "handle:\(name)"
            case .callback: "boolean"
            case .null, .void: "null"
            }
        return isNullable && type.isPointer && word != "boolean" ? word + " or null" : word
    }
}

extension ManifestParameter {
    /// Whether the caller may leave it out.
    public var canBeLeftOut: Bool {
        if case .callback = type { return true }
        return defaultValue != nil || isNullable
    }
}

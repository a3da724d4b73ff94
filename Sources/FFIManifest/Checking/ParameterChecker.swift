/// Finds what is wrong in a parameter.
struct ParameterChecker {
    private let function: FunctionChecker
    private let parameter: ManifestParameter
    private let pointer: String

    init(_ function: FunctionChecker, _ parameter: ManifestParameter, _ index: Int) {
        self.function = function
        self.parameter = parameter
        pointer = "\(function.pointer)/params/\(index)"
    }

    func check() {
        function.check(parameter.type, at: pointer + "/type")
        checkDirection()
        checkCapacity()
        checkValues()
        checkLength()
        checkFilled()
        checkHandles()
        switch parameter.ownership {
        case .borrow: break
        case .free(let symbol):
            function.check(symbol: symbol, at: pointer + "/own")
            let isMadeByLibrary = parameter.direction == .output && parameter.capacity == nil
            if !isMadeByLibrary || (parameter.type != .text && parameter.type != .bytes) {
                add(
                    "/own",
                    "only a cstr or bytes that the function itself makes is freed: \"dir\": \"out\" without \"cap\""
                )
            }
        case .transfer:
            if parameter.direction != .input || (parameter.type != .text && parameter.type != .bytes) {
                add("/own", "only a cstr or bytes that goes in can be handed over")
            }
        }
    }

    private func add(_ member: String, _ message: String) {
        function.findings.add(pointer + member, message)
    }

    private func checkDirection() {
        switch (parameter.type, parameter.direction) {
        case (.void, _): add("/type", "a parameter can't be void")
        case (_, .input), (.scalar, _), (.bytes, _), (.reference, _): break
        case (.text, .output), (.handle, .output): break
        case (.text, .both): add("/dir", "a cstr goes in or comes out; for both, say bytes")
        case (.array(.text), _): add("/dir", "an array of cstr only goes in")
        case (.array, _): break
        case (.structure(let name), _): add("/dir", "a struct by value only goes in; a pointer to one is ref:\(name)")
        case (.handle, .both): add("/dir", "a handle goes in or comes out")
        case (.callback, _), (.null, _): add("/dir", "\(parameter.type.text) has no direction")
        }
    }

    private func checkCapacity() {
        let hasBuffer = parameter.type.hasLength && parameter.direction != .input
        if let capacity = parameter.capacity {
            if !hasBuffer { add("/cap", "only bytes, cstr and arrays that come out have room made for them") }
            if case .array = parameter.type, parameter.direction == .both {
                add("/cap", "an array that goes in and comes out has the room that it came with")
            }
            function.check(capacity, at: pointer + "/cap")
            return
        }
        guard hasBuffer, parameter.direction == .output else { return }
        if case .array = parameter.type { return add("", "says no \"cap\", so nobody knows how much room to make") }
        guard parameter.type == .bytes else { return }
        let length = function.function.parameters.first { $0.lengthOf != nil && isMine($0.lengthOf) }
        if length?.direction != .output {
            add("", "says no \"cap\"; bytes that the function makes itself need a \"len_of\" parameter that comes out")
        }
    }

    private func isMine(_ index: Int?) -> Bool {
        index.map { function.function.parameters[$0].name == parameter.name } ?? false
    }

    private func checkValues() {
        let isNumber = if case .scalar(let scalar) = parameter.type { scalar.form != .bool } else { false }
        if parameter.range != nil, !isNumber { add("/range", "only a number has a range; \"max\" bounds a length") }
        if !parameter.forbidden.isEmpty, !isNumber { add("/not", "only a number can be forbidden") }
        if parameter.isNullable, !parameter.type.isPointer { add("/nullable", "only a pointer can be null") }
        for (name, value) in [("default", parameter.defaultValue), ("const", parameter.constant)] {
            guard let value else { continue }
            if parameter.direction == .output || parameter.lengthOf != nil || parameter.type == .null {
                add("/\(name)", "nobody gives this parameter a value")
            } else if let problem = ValueCheck.problem(value, of: parameter) {
                add("/\(name)", problem)
            }
        }
        if parameter.defaultValue != nil, parameter.constant != nil {
            add("/default", "a parameter that is \"const\" has no default")
        }
    }

    private func checkLength() {
        guard let index = parameter.lengthOf else { return }
        let buffer = function.function.parameters[index]
        guard case .scalar(let scalar) = parameter.type, scalar.isInteger else {
            return add("/len_of", "a length is an integer, not \(parameter.type.text)")
        }
        if !buffer.type.hasLength {
            add("/len_of", "\"\(buffer.name)\" is \(buffer.type.text), which has no length")
        } else if parameter.direction != .input, buffer.direction == .input {
            add("/len_of", "\"\(buffer.name)\" goes in, so its length doesn't come out")
        }
        if parameter.direction != .output, buffer.direction == .output, buffer.capacity == nil {
            add("/len_of", "\"\(buffer.name)\" is made by the function, so its length only comes out")
        }
    }

    private func checkFilled() {
        guard parameter.filled == .result else { return }
        if case .scalar(let scalar) = function.function.result.type, scalar.isInteger { return }
        add("/filled", "the function's result is no integer, so it doesn't say how much")
    }

    private func checkHandles() {
        let isHandle = if case .handle = parameter.type { true } else { false }
        if parameter.isConsumed, !isHandle || parameter.direction != .input {
            add("/consume", "only a handle that goes in is consumed")
        }
        if parameter.isFreedOnError, !isHandle || parameter.direction != .output {
            add("/on_error", "only a handle that comes out is freed")
        }
        if let parent = parameter.parent { function.checkParent(parent, of: parameter.type, at: pointer + "/parent") }
        if parameter.direction == .output, case .handle = parameter.type, parameter.constant != nil {
            add("/const", "a handle that comes out can't be const")
        }
        if isHandle, parameter.direction == .input, parameter.defaultValue != nil || parameter.constant != nil,
            parameter.defaultValue ?? parameter.constant != .null
        {
            add("", "a handle's default can only be null")
        }
    }
}

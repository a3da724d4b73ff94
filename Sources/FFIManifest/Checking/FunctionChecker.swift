/// Finds what is wrong in a function.
struct FunctionChecker {
    let manifest: Manifest
    let function: ManifestFunction
    let pointer: String
    let findings: Findings
    private let symbols: SymbolChecker

    init(_ manifest: Manifest, _ function: ManifestFunction, _ pointer: String, _ findings: Findings) {
        self.manifest = manifest
        self.function = function
        self.pointer = pointer
        self.findings = findings
        symbols = SymbolChecker(manifest, findings)
    }

    func check() {
        symbols.check(library: function.library, at: pointer + "/lib")
        check(symbol: function.symbol, at: pointer + "/symbol")
        checkVariadics()
        for (index, parameter) in function.parameters.enumerated() {
            ParameterChecker(self, parameter, index).check()
        }
        for index in function.parameters.indices {
            let carriers = function.parameters.indices.filter { function.parameters[$0].lengthOf == index }
            for second in carriers.dropFirst() {
                findings.add(
                    "\(pointer)/params/\(second)/len_of",
                    "\"\(function.parameters[index].name)\" has a length parameter already: "
                        + "\"\(function.parameters[carriers[0]].name)\""
                )
            }
        }
        checkResult()
    }

    func check(symbol: String, at pointer: String) {
        symbols.check(symbol: symbol, in: function.library, at: pointer)
    }

    /// Whether the names that `type` uses lead somewhere.
    func check(_ type: ManifestType, at pointer: String) {
        switch type {
        case .structure(let name), .reference(let name), .array(.structure(let name)):
            if manifest.structs[name] == nil { findings.add(pointer, "there is no struct \"\(name)\"") }
        case .handle(let name):
            if manifest.handles[name] == nil { findings.add(pointer, "there is no handle \"\(name)\"") }
        case .callback(let name):
            if manifest.callbacks[name] == nil { findings.add(pointer, "there is no callback \"\(name)\"") }
        case .scalar, .text, .bytes, .array, .null, .void: break
        }
    }

    /// Whether an amount can be told from what it names.
    func check(_ amount: Amount, at pointer: String) {
        switch amount {
        case .fixed: break
        case .parameter(let index):
            let parameter = function.parameters[index]
            if case .scalar(let scalar) = parameter.type, scalar.isInteger { break }
            if parameter.type.hasLength, parameter.direction != .output { break }
            findings.add(pointer, "\"\(parameter.name)\" is no integer, and has no length before the call")
        case .function(let function):
            check(symbol: function.symbol, at: pointer + "/fn")
            for (position, argument) in function.arguments.enumerated() {
                let place = "\(pointer)/args/\(position)"
                switch argument {
                case .length(let index):
                    let parameter = self.function.parameters[index]
                    if !parameter.type.hasLength || parameter.direction == .output {
                        findings.add(place, "\"\(parameter.name)\" has no length before the call")
                    }
                case .parameter(let index):
                    let type = self.function.parameters[index].type
                    guard case .scalar = type else {
                        if case .handle = type { continue }
                        findings.add(place, "only a number or a handle can be passed on, not \(type.text)")
                        continue
                    }
                case .number: break
                }
            }
        }
    }

    private func checkVariadics() {
        let symbol = function.symbol
        if FormatCheck.takesArgumentList(symbol) {
            return findings.add(pointer + "/symbol", "\(symbol) takes a va_list, which a manifest can't make")
        }
        if let fixed = function.variadicAfter {
            guard fixed <= function.parameters.count else {
                return findings.add(
                    pointer + "/variadic_after",
                    "is \(fixed), and there are \(function.parameters.count) parameters"
                )
            }
            for (index, parameter) in function.parameters.enumerated().dropFirst(fixed) {
                if case .scalar(let scalar) = parameter.type, scalar.isPromotedInVariadics,
                    parameter.direction == .input
                {
                    let wide = scalar.word == "number" ? "f64" : "c_int"
                    findings.add(
                        "\(pointer)/params/\(index)/type",
                        "C passes no \(scalar.rawValue) through ...; say \(wide), which it becomes"
                    )
                }
            }
        }
        guard FormatCheck.takesFormat(symbol) else { return }
        guard let fixed = function.variadicAfter else {
            return findings.add(pointer, "\(symbol) takes a format and ...; say \"variadic_after\"")
        }
        let place = "\(pointer)/params/\(fixed - 1)"
        guard case .string(let format) = function.parameters[fixed - 1].constant else {
            return findings.add(
                place,
                "the format of \(symbol) must be \"const\": who chooses it can read and write memory"
            )
        }
        if symbol.hasSuffix("printf"), let problem = FormatCheck.problem(format, function.parameters.dropFirst(fixed)) {
            findings.add(place + "/const", problem)
        }
    }

    private func checkResult() {
        let (result, place) = (function.result, pointer + "/result")
        check(result.type, at: place + "/type")
        switch result.type {
        case .array, .callback:
            findings.add(place + "/type", "a function can't return \(result.type.text) here")
        case .bytes:
            if result.length == nil { findings.add(place, "says no \"len\", so nobody knows how many bytes these are") }
        case .scalar, .text, .structure, .reference, .handle, .null, .void:
            if result.length != nil { findings.add(place + "/len", "only bytes have one") }
        }
        if let length = result.length { check(length, at: place + "/len") }
        let isInteger = if case .scalar(let scalar) = result.type { scalar.isInteger } else { false }
        let check = result.check
        if !isInteger {
            for (name, isThere) in [
                ("ok", check.accepted != nil), ("ok_ge", check.least != nil), ("ok_le", check.greatest != nil),
            ] where isThere {
                findings.add("\(place)/check/\(name)", "only an integer result can be compared")
            }
            if !result.names.isEmpty { findings.add(place + "/names", "only an integer result has names") }
        }
        if check.isNonNull, !result.type.isPointer {
            findings.add(place + "/check/nonnull", "only a pointer can be null")
        }
        if result.isNullable, !result.type.isPointer { findings.add(place + "/nullable", "only a pointer can be null") }
        if result.type == .void || result.type == .null, result.isReturned {
            findings.add(place + "/keep", "there is no result to keep")
        }
        checkOwnership(result.ownership, result.type, at: place + "/own")
        if let parent = result.parent { checkParent(parent, of: result.type, at: place + "/parent") }
        checkMessage(result.message, at: place + "/message")
    }

    private func checkOwnership(_ ownership: Ownership, _ type: ManifestType, at pointer: String) {
        switch ownership {
        case .borrow: break
        case .transfer: findings.add(pointer, "what a function returns is either borrowed or freed by us")
        case .free(let symbol):
            check(symbol: symbol, at: pointer)
            if type != .text, type != .bytes {
                findings.add(pointer, "only cstr and bytes are freed; handles have \"free\"")
            }
        }
    }

    /// Whether a new handle of `type` can depend on the parameter `parent`.
    func checkParent(_ parent: Int, of type: ManifestType, at pointer: String) {
        guard case .handle = type else { return findings.add(pointer, "only a handle depends on another") }
        if case .handle = function.parameters[parent].type, function.parameters[parent].direction == .input { return }
        findings.add(pointer, "\"\(function.parameters[parent].name)\" is no handle that is given")
    }

    private func checkMessage(_ message: ManifestResult.Message?, at pointer: String) {
        switch message {
        case nil: break
        case .parameter(let index):
            let parameter = function.parameters[index]
            if parameter.type != .text || parameter.direction != .output {
                findings.add(pointer + "/param", "\"\(parameter.name)\" is no cstr that comes out")
            }
        case .function(let symbol, let arguments):
            check(symbol: symbol, at: pointer + "/fn")
            for (position, argument) in arguments.enumerated() {
                guard case .parameter(let index) = argument else { continue }
                switch function.parameters[index].type {
                case .scalar, .handle: break
                case .text, .bytes, .array, .structure, .reference, .callback, .null, .void:
                    findings.add(
                        "\(pointer)/args/\(position)",
                        "only a number, a handle, \"result\" or \"errno\" can be passed on"
                    )
                }
            }
            for (position, argument) in arguments.enumerated() where argument == .result {
                if case .scalar(let scalar) = function.result.type, scalar.isInteger { continue }
                findings.add("\(pointer)/args/\(position)", "only an integer result can be passed on")
            }
        }
    }
}

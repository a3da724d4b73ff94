/// Programs in C that compile if a manifest agrees with its libraries' headers, and what the compiler's complaints mean.
///
/// Every part of a program stands under the JSON pointer of what it holds against the headers, as its file's name: so
/// the compiler itself says which entry is wrong.
public struct HeaderProbe {
    let manifest: Manifest
    let types: CTypes

    /// A probe for `manifest`.
    public init(_ manifest: Manifest) {
        self.manifest = manifest
        types = CTypes(manifest: manifest)
    }

    /// The flags that the compiler needs besides its own.
    public var flags: [String] {
        manifest.libraries.values.flatMap(\.includeDirectories).reduce(into: []) { flags, folder in
            if !flags.contains("-I\(folder)") { flags.append("-I\(folder)") }
        }
    }

    /// What can't be held against headers, as none are named or too little is said.
    public var gaps: [ManifestProblem] {
        var problems: [ManifestProblem] = []
        for (name, library) in manifest.libraries.sorted(by: { $0.key < $1.key }) where library.headers.isEmpty {
            problems.append(
                ManifestProblem(
                    "/libraries/\(Place.escaped(name))",
                    "names no \"headers\", so its functions can't be held against anything"
                )
            )
        }
        for function in manifest.functions where signature(of: function).combinations > CSignature.maximumCombinations {
            problems.append(
                ManifestProblem(
                    pointer(function),
                    "has too many pointers of unknown types to try them all; say some with \"c\""
                )
            )
        }
        return problems
    }

    /// A program that holds everything in the manifest against the headers.
    public var program: String {
        var text = includes
        for name in manifest.structs.keys.sorted() { appendStruct(name, to: &text) }
        for (name, handle) in manifest.handles.sorted(by: { $0.key < $1.key }) where hasHeaders(handle.library) {
            guard let free = handle.free else { continue }
            appendFree(free, at: "/handles/\(Place.escaped(name))/free", to: &text)
        }
        for function in checkable { append(function, to: &text) }
        return text
    }

    /// A program whose complaints say what exactly is wrong with the functions at `pointers`.
    ///
    /// Nil if there is none of them.
    public func inquiry(into pointers: Set<String>) -> String? {
        var text = includes
        var isEmpty = true
        for function in checkable where pointers.contains(pointer(function)) {
            isEmpty = false
            let signature = signature(of: function)
            for index in signature.parameters.indices {
                appendAlternatives(
                    at: "\(pointer(function))/params/\(index)",
                    instead: signature.parameters[index],
                    to: &text
                ) { type in
                    var other = signature
                    other.parameters[index] = [type]
                    return other
                }
            }
            appendAlternatives(at: "\(pointer(function))/result", instead: signature.result, to: &text) { type in
                var other = signature
                other.result = [type]
                return other
            }
            // No type is compatible with this one, and the complaint shows the real one.
            append("_Generic(&(\(function.symbol)), struct dirty_nothing *: 1)", "", at: pointer(function), to: &text)
        }
        return isEmpty ? nil : text
    }

    private var checkable: [ManifestFunction] {
        manifest.functions.filter {
            hasHeaders($0.library) && signature(of: $0).combinations <= CSignature.maximumCombinations
        }
    }

    private func hasHeaders(_ library: String) -> Bool { manifest.libraries[library]?.headers.isEmpty == false }

    private func pointer(_ function: ManifestFunction) -> String { "/functions/\(Place.escaped(function.name))" }

    private var includes: String {
        var text = ""
        let libraries = manifest.libraries.sorted { $0.key < $1.key }
        for define in libraries.flatMap(\.value.defines) {
            let (name, value) =
                define.firstIndex(of: "=").map { (define[..<$0], define[define.index(after: $0)...]) } ?? (
                    define[...], "1"
                )
            text += "#ifndef \(name)\n#define \(name) \(value)\n#endif\n"
        }
        text += "#include <stddef.h>\n"
        for (name, library) in libraries {
            for (index, header) in library.headers.enumerated() {
                text += line(at: "/libraries/\(Place.escaped(name))/headers/\(index)")
                text += "#include <\(header)>\n"
            }
        }
        return text
    }

    /// Puts what follows under a JSON pointer.
    func line(at pointer: String) -> String {
        let quoted = pointer.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "#line 1 \"\(quoted)\"\n"
    }

    /// Appends an assertion that stands under a JSON pointer.
    func append(_ condition: String, _ message: String, at pointer: String, to text: inout String) {
        text += line(at: pointer) + "_Static_assert(\(condition), \"\(message)\");\n"
    }

    /// A function that ends something takes one pointer, whatever it points to.
    private func appendFree(_ symbol: String, at pointer: String, to text: inout String) {
        append("sizeof(__typeof__((\(symbol))((void *)0)) *) > 0", "", at: pointer, to: &text)
    }

    private func append(_ function: ManifestFunction, to text: inout String) {
        let place = pointer(function)
        for (index, parameter) in function.parameters.enumerated() {
            let pointer = "\(place)/params/\(index)"
            if let type = parameter.cType, case .scalar(let scalar) = parameter.type, parameter.direction == .input {
                append(
                    "sizeof(\(type)) == \(scalar.form.byteCount)",
                    "\(scalar.rawValue) has another size",
                    at: pointer + "/c",
                    to: &text
                )
            }
            if case .free(let symbol) = parameter.ownership { appendFree(symbol, at: pointer + "/own", to: &text) }
            if case .function(let amount) = parameter.capacity {
                append(amount, function, at: pointer + "/cap/fn", to: &text)
            }
        }
        if case .free(let symbol) = function.result.ownership {
            appendFree(symbol, at: place + "/result/own", to: &text)
        }
        if case .function(let amount) = function.result.length {
            append(amount, function, at: place + "/result/len/fn", to: &text)
        }
        if case .function(let symbol, let arguments) = function.result.message {
            appendMessage(symbol, arguments, function, at: place + "/result/message/fn", to: &text)
        }
        append(signature(of: function).condition, "the header declares it otherwise", at: place, to: &text)
    }

    private func signature(of function: ManifestFunction) -> CSignature {
        CSignature(
            symbol: function.symbol,
            result: types.of(function.result),
            parameters: function.parameters.prefix(function.variadicAfter ?? .max).map(types.of),
            isVariadic: function.variadicAfter != nil
        )
    }

    private func append(
        _ amount: AmountFunction,
        _ function: ManifestFunction,
        at pointer: String,
        to text: inout String
    ) {
        let signature = CSignature(
            symbol: amount.symbol,
            result: amount.type.cTypes,
            parameters: amount.arguments.map { argument in
                switch argument {
                case .length, .number: amount.type.cTypes
                case .parameter(let index): value(function.parameters[index])
                }
            },
            isVariadic: false
        )
        append(signature.condition, "the header declares it otherwise", at: pointer, to: &text)
    }

    private func appendMessage(
        _ symbol: String,
        _ arguments: [ManifestResult.MessageArgument],
        _ function: ManifestFunction,
        at pointer: String,
        to text: inout String
    ) {
        let signature = CSignature(
            symbol: symbol,
            result: ["const char *", "char *", "const unsigned char *", "unsigned char *"],
            parameters: arguments.map { argument in
                switch argument {
                case .parameter(let index): value(function.parameters[index])
                case .result: types.of(function.result)
                case .errno: ["int"]
                }
            },
            isVariadic: false
        )
        append(signature.condition, "the header declares it otherwise", at: pointer, to: &text)
    }

    /// The types of a parameter's value, also where a pointer to it is passed.
    private func value(_ parameter: ManifestParameter) -> [String] {
        var parameter = parameter
        parameter.direction = .input
        return types.of(parameter)
    }

    /// Asks of each type whether it, in place of the manifest's, would make the signature right.
    private func appendAlternatives(
        at pointer: String,
        instead: [String],
        to text: inout String,
        _ signature: (String) -> CSignature
    ) {
        for type in types.everything where !instead.contains(type) {
            let other = signature(type)
            if type == "void", !pointer.hasSuffix("/result") { continue }
            append("!(\(other.condition))", Self.answerMark + type, at: pointer, to: &text)
        }
    }

    /// Begins what an inquiry's complaints say.
    static let answerMark = "the header says: "
}

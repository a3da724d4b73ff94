import CLibFFI
import DirtyKit
import FFIManifest
import Glibc

extension Caller {
    /// The error of a function that says it failed; nil if it didn't.
    func failure(of function: CFunction) -> AppError? {
        let result = function.result.manifest
        let isPointer = result.type.isPointer
        let pointer = isPointer ? function.resultMemory.load(as: UInt64.self) : 1
        let isNull = pointer == 0 && (result.check.isNonNull || (result.isReturned && !result.isNullable))
        var number: Int64?
        if case .scalar(let form) = function.result.content, form.bounds != nil {
            number = ScalarMemory.signed(form, at: function.resultMemory)
        }
        let check = result.check
        let isBad =
            number.map { number in
                check.accepted.map { !$0.contains(number) } ?? false || number < check.least ?? .min
                    || number > check.greatest ?? .max
            } ?? false
        guard isNull || isBad || (check.isErrno && code != 0) else { return nil }
        defer { freeFailed(function) }
        return error(function, number, isNull: isNull)
    }

    private func error(_ function: CFunction, _ number: Int64?, isNull: Bool) -> AppError {
        let result = function.result.manifest
        var details: [String: JSON] = ["symbol": .string(function.manifest.symbol)]
        var facts: [String] = []
        let name = number.flatMap { result.names[$0] }
        if let number {
            details["result"] = .int(number)
            facts.append(name.map { "\($0), \(number)" } ?? "\(number)")
        }
        if isNull { facts.append("it returned a null pointer") }
        if let name { details["name"] = .string(name) }
        if code != 0 {
            let symbol = dirty_ffi_errno_name(code).map { String(cString: $0) } ?? "errno \(code)"
            details["errno"] = .int(Int64(code))
            details["errno_name"] = .string(symbol)
            if result.check.isErrno || isNull || number == -1 {
                facts.append("\(symbol): \(String(cString: strerror(code)))")
            }
        }
        let text = message(function)
        if let text { details["library_message"] = .string(text) }
        let reason = ([text].compactMap { $0 } + ["(\(facts.joined(separator: "; ")))"]).joined(separator: " ")
        return AppError(
            .internal,
            code: name ?? "failed",
            "\(function.manifest.symbol) failed: \(reason)",
            details: details
        )
    }

    /// What the library says of the failure; nil if it says nothing.
    private func message(_ function: CFunction) -> String? {
        let pointer: UInt64
        switch function.result.manifest.message {
        case nil: return nil
        case .parameter(let index): pointer = function.cells[index]
        case .function(_, let arguments):
            guard let helper = function.result.message else { return nil }
            var words: [UInt64] = []
            for argument in arguments {
                switch argument {
                case .parameter(let index):
                    let word = word(function, index)
                    // Few such functions take a null pointer well.
                    if word == 0, function.parameters[index].manifest.type.isPointer { return nil }
                    words.append(word)
                case .result: words.append(function.resultMemory.load(as: UInt64.self))
                case .errno: words.append(UInt64(UInt32(bitPattern: code)))
                }
            }
            pointer = helper.call(words)
        }
        guard let start = UnsafePointer<CChar>(bitPattern: UInt(pointer)) else { return nil }
        let count = strnlen(start, Self.messageBytes)
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// So much of a library's message is passed on.
    private static let messageBytes = 4096

    /// Frees the handles that the function gave though it failed, where the manifest says so.
    private func freeFailed(_ function: CFunction) {
        for (index, parameter) in function.parameters.enumerated() where parameter.manifest.isFreedOnError {
            guard case .newHandle(let kind) = parameter.passing, function.cells[index] != 0 else { continue }
            _ = kind.free?.call([function.cells[index]])
            function.cells[index] = 0
        }
    }
}

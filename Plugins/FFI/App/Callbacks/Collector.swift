import CLibFFI
import DirtyKit
import FFIManifest
import Glibc

/// A function that a library calls back, and what it has been called with during the call that runs.
///
/// Never freed: a library may keep the function longer than it should, and then it still must be there to say no.
///
/// `@unchecked`: a library may call from any thread; all but the one that the call runs on are turned away, by what is
/// constant while a call runs.
final class Collector: @unchecked Sendable {
    /// Why what was collected is of no use.
    enum Problem {
        /// It was called more often, or with more, than there is room for.
        case full
        /// A text wasn't UTF-8.
        case notUTF8
        /// A text or bytes were null that mustn't be.
        case null
        /// A count was negative.
        case badCount
    }

    /// The function pointer.
    private(set) var address: UInt64 = 0
    /// What is wrong with what has been collected; nil if nothing is.
    private(set) var problem: Problem?

    private let callback: ManifestCallback
    private let name: String
    private var thread: Int32 = 0
    private var output = DynamicOutput(inlinesBytes: true)
    private var count = 0

    /// - Parameter pointer: The place in the manifest that wants the callback.
    init(_ callback: ManifestCallback, named name: String, at pointer: String) throws {
        self.callback = callback
        self.name = name
        let types = callback.parameters.map { parameter -> OpaquePointer? in
            if case .scalar(let scalar) = parameter { CType(scalar.form).pointer } else { CType.address.pointer }
        }
        let result = callback.result.map { CType($0.form) } ?? .void
        let shape = dirty_ffi_shape(result.pointer, types, UInt32(types.count), -1)
        let context = Unmanaged.passRetained(self)
        let closure = shape.flatMap { shape in
            dirty_ffi_closure(
                shape,
                { context, result, arguments in
                    Unmanaged<Collector>.fromOpaque(context!)._withUnsafeGuaranteedRef { $0.called(result, arguments) }
                },
                context.toOpaque()
            )
        }
        guard let closure else {
            context.release()
            throw AppError(.unsupported, "\(pointer): libffi can't make the callback \(name)")
        }
        address = UInt64(UInt(bitPattern: dirty_ffi_closure_function(closure)))
    }

    /// A call begins, on this thread: what comes now is collected.
    func begin() {
        output = DynamicOutput(inlinesBytes: true)
        count = 0
        problem = nil
        thread = dirty_ffi_thread()
    }

    /// The call has ended: what comes now is turned away.
    func end() { thread = 0 }

    /// Appends what has been collected, an array.
    func append(to result: inout DynamicOutput) {
        result.append("[")
        result.append(output)
        result.append("]")
    }

    /// The error of a call whose collection is of no use.
    func error(_ problem: Problem, _ symbol: String) -> AppError {
        switch problem {
        case .full:
            AppError(
                .tooLarge,
                code: "callback_full",
                "\(symbol) called \(name) with more than \(callback.maximumItems) items or \(callback.maximumBytes) bytes; ask "
                    + "for less, or raise max_items or max_bytes in the manifest",
                details: [
                    "max_items": .int(Int64(callback.maximumItems)), "max_bytes": .int(Int64(callback.maximumBytes)),
                ]
            )
        case .notUTF8:
            AppError(
                .internal,
                code: "not_utf8",
                "\(symbol) called \(name) with text that is not UTF-8; say bytes[#N] for it in the manifest"
            )
        case .null:
            AppError(
                .internal,
                code: "null",
                "\(symbol) called \(name) with a null pointer; say cstr? or cstr[#N]? for it in the manifest"
            )
        case .badCount: AppError(.internal, "\(symbol) called \(name) with a count below 0; the manifest may be wrong")
        }
    }

    private func called(_ result: UnsafeMutableRawPointer?, _ arguments: UnsafePointer<UnsafeMutableRawPointer?>?) {
        // Later, or on a thread of the library's own: whatever it is given then belongs to nobody.
        guard thread != 0, thread == dirty_ffi_thread(), problem == nil else {
            return store(callback.returnsWhenFull, result)
        }
        guard count < callback.maximumItems, output.count <= callback.maximumBytes else {
            problem = .full
            return store(callback.returnsWhenFull, result)
        }
        let start = output.count
        if count > 0 { output.append(",") }
        if let arguments { collect(arguments) }
        if problem == nil, output.count > callback.maximumBytes { problem = .full }
        if problem != nil { output.removeAll(from: start) } else { count += 1 }
        store(problem == nil ? callback.returns : callback.returnsWhenFull, result)
    }

    /// Stores what the callback returns, as wide as libffi wants it.
    private func store(_ value: ManifestValue, _ result: UnsafeMutableRawPointer?) {
        guard let result, let scalar = callback.result else { return }
        if scalar.isInteger || scalar.form == .bool {
            var word: UInt64 = 0
            ScalarMemory.store(value, as: scalar.form, at: &word)
            if scalar.form.bounds?.least ?? 0 < 0 {
                word = UInt64(bitPattern: ScalarMemory.signed(scalar.form, at: &word))
            }
            result.storeBytes(of: word, as: UInt64.self)
        } else {
            ScalarMemory.store(value, as: scalar.form, at: result)
        }
    }

    private func collect(_ arguments: UnsafePointer<UnsafeMutableRawPointer?>) {
        switch callback.collection {
        case .value(let index): append(index, arguments)
        case .list(let indices):
            output.append("[")
            for (position, index) in indices.enumerated() {
                if position > 0 { output.append(",") }
                append(index, arguments)
            }
            output.append("]")
        case .record(let values, let keys): appendRecord(values, keys, arguments)
        }
    }

    private func append(_ index: Int, _ arguments: UnsafePointer<UnsafeMutableRawPointer?>) {
        guard let argument = arguments[index] else { return problem = .null }
        switch callback.parameters[index] {
        case .null: output.append("null")
        case .scalar(let scalar): ScalarMemory.append(scalar.form, at: argument, to: &output)
        case .text(let isNullable): append(text: argument.load(as: UnsafePointer<CChar>?.self), isNullable)
        case .bytes(let count):
            guard let count = self.count(count, arguments) else { return problem = .badCount }
            guard count <= callback.maximumBytes - min(output.count, callback.maximumBytes) else {
                return problem = .full
            }
            guard let start = argument.load(as: UnsafeRawPointer?.self) else {
                if count > 0 { problem = .null } else { output.append(bytes: []) }
                return
            }
            output.append(bytes: [UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        case .texts(let count, let isNullable):
            guard let count = self.count(count, arguments) else { return problem = .badCount }
            let texts = argument.load(as: UnsafePointer<UnsafePointer<CChar>?>?.self)
            output.append("[")
            for position in 0..<count where problem == nil {
                if position > 0 { output.append(",") }
                append(text: texts?[position], isNullable)
            }
            output.append("]")
        }
    }

    /// An object of the texts of two parameters; a second key of the same name gets a number.
    private func appendRecord(_ values: Int, _ keys: Int, _ arguments: UnsafePointer<UnsafeMutableRawPointer?>) {
        guard case .texts(let counter, let isNullable) = callback.parameters[values],
            case .texts(_, _) = callback.parameters[keys], let count = count(counter, arguments),
            let keys = arguments[keys]?.load(as: UnsafePointer<UnsafePointer<CChar>?>?.self)
        else { return problem = .null }
        let values = arguments[values]?.load(as: UnsafePointer<UnsafePointer<CChar>?>?.self)
        var names: Set<String> = []
        output.append("{")
        for position in 0..<count where problem == nil {
            guard let key = keys[position] else { return problem = .null }
            guard let name = String(validatingCString: key) else { return problem = .notUTF8 }
            var unique = name
            var number = 1
            while !names.insert(unique).inserted {
                number += 1
                unique = "\(name):\(number)"
            }
            if position > 0 { output.append(",") }
            output.append(text: unique)
            output.append(":")
            append(text: values?[position], isNullable)
        }
        output.append("}")
    }

    private func append(text: UnsafePointer<CChar>?, _ isNullable: Bool) {
        guard let text else {
            if isNullable { output.append("null") } else { problem = .null }
            return
        }
        guard strnlen(text, callback.maximumBytes + 1) <= callback.maximumBytes else { return problem = .full }
        guard let string = String(validatingCString: text) else { return problem = .notUTF8 }
        output.append(text: string)
    }

    private func count(_ index: Int, _ arguments: UnsafePointer<UnsafeMutableRawPointer?>) -> Int? {
        guard case .scalar(let scalar) = callback.parameters[index], let argument = arguments[index] else { return nil }
        return ScalarMemory.count(scalar.form, at: argument)
    }
}

import CLibFFI
import DirtyKit
import FFIManifest
import Glibc

/// Runs calls, one at a time: arguments into memory, the function, and what came of it.
final class Caller {
    let handles: HandleTable
    let arena = Arena()
    /// Whether what functions write to ends at a guard page.
    let isStrict: Bool

    /// Where each parameter's buffer is; nil for null, or where there is none.
    var pointers = [UnsafeMutableRawPointer?](repeating: nil, count: ManifestFunction.maximumParameters)
    /// How much it holds, in bytes or in elements.
    var counts = [Int](repeating: 0, count: ManifestFunction.maximumParameters)
    /// Buffers that are to be given back.
    var buffers = [OutputBuffer?](repeating: nil, count: ManifestFunction.maximumParameters)
    /// The handles that this call uses.
    var usedHandles: [UsedHandle] = []
    /// The handles that this call has made.
    var newHandles: [UInt64] = []
    /// Memory that the function is to take over.
    var handedOver: [UnsafeMutableRawPointer] = []
    /// The `errno` that the function left.
    var code: Int32 = 0
    /// Whether any of the memory above is in use.
    private var isUsed = false
    private var hasRun = false

    /// A handle that a call was given.
    struct UsedHandle {
        let parameter: Int
        let number: UInt64
        let token: String
        let isConsumed: Bool
    }

    /// A byte for pointers to nothing: null means something else to many functions.
    let nothing = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)

    init(handles: HandleTable, isStrict: Bool) {
        self.handles = handles
        self.isStrict = isStrict
    }

    deinit { nothing.deallocate() }

    /// Runs `function` and finishes the call.
    /// - Throws: ``AppError``; whatever the call had made is freed by then.
    func perform(_ function: CFunction, _ call: DynamicCall) throws {
        defer { if isUsed || function.needsCleaning { cleanUp(function) } }
        try call.forEachArgument(function.signature) { position, value in
            let index = function.given[position]
            if let value {
                try fill(function, index, value)
            } else {
                try fillDefault(function, index)
            }
        }
        if function.needsRoom {
            isUsed = true
            try makeRoom(function)
        }
        if !usedHandles.isEmpty { try checkHandles() }
        try run(function)
        var output = DynamicOutput()
        try conclude(function, &output)
        // From here on they are the caller's.
        newHandles.removeAll(keepingCapacity: true)
        call.finish(output)
    }

    /// Notes that memory of the call is to be given back.
    func use() { isUsed = true }

    private func run(_ function: CFunction) throws {
        for parameter in function.collectors { parameter.begin() }
        for used in usedHandles where used.isConsumed { handles.freeChildren(of: used.number) }
        if let limit = function.manifest.timeLimitMilliseconds {
            code = dirty_ffi_call_limited(
                function.shape,
                function.address,
                function.resultMemory,
                function.arguments,
                UInt32(limit)
            )
            guard code >= 0 else { throw AppError("there is no timer to bound \(function.manifest.symbol) by") }
        } else {
            code = dirty_ffi_call(function.shape, function.address, function.resultMemory, function.arguments)
        }
        hasRun = true
        for parameter in function.collectors { parameter.end() }
        for used in usedHandles where used.isConsumed { handles.consume(used.number) }
    }

    /// Says what came of it, or throws.
    private func conclude(_ function: CFunction, _ output: inout DynamicOutput) throws {
        for collector in function.collectors {
            if let problem = collector.problem { throw collector.error(problem, function.manifest.symbol) }
        }
        if function.isChecked, let failure = failure(of: function) { throw failure }
        try append(function, to: &output)
    }

    /// Whether the function says a handle is used up that it is given twice.
    private func checkHandles() throws {
        for (index, used) in usedHandles.enumerated() where used.isConsumed {
            let others = usedHandles.enumerated().filter { $0.offset != index && $0.element.number == used.number }
            if !others.isEmpty { throw HandleProblem.usedTwice(used.token).error }
        }
    }

    /// Gives back whatever the call still has.
    private func cleanUp(_ function: CFunction) {
        if hasRun {
            freeMade(function)
        } else {
            for memory in handedOver { free(memory) }
        }
        for number in newHandles.reversed() { handles.free(number, .failed) }
        for index in function.parameters.indices {
            buffers[index]?.free()
            buffers[index] = nil
        }
        newHandles.removeAll(keepingCapacity: true)
        usedHandles.removeAll(keepingCapacity: true)
        handedOver.removeAll(keepingCapacity: true)
        arena.reset()
        hasRun = false
        isUsed = false
    }

    /// Frees what the function has made and left to us.
    private func freeMade(_ function: CFunction) {
        if let helper = function.result.free {
            let pointer = function.resultMemory.load(as: UInt64.self)
            if pointer != 0 { _ = helper.call([pointer]) }
        }
        for (index, parameter) in function.parameters.enumerated() {
            guard let helper = parameter.free, function.cells[index] != 0 else { continue }
            _ = helper.call([function.cells[index]])
            function.cells[index] = 0
        }
    }
}

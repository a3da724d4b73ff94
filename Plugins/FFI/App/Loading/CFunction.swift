import DirtyKit
import FFIManifest

/// A function, ready to be called: its shape, its address, and memory for what it is passed.
///
/// The memory is the function's own, and used again by each call: only one runs at a time.
final class CFunction {
    let manifest: ManifestFunction
    let signature: DynamicSignature
    /// Positions, in the function, of the parameters that callers give.
    let given: [Int]
    /// Positions of those that callers get back.
    let returned: [Int]
    let parameters: [CParameter]
    let result: CResult
    let shape: OpaquePointer
    let address: UnsafeMutableRawPointer

    /// What each parameter is: a number, or a pointer.
    let slots: UnsafeMutablePointer<UInt64>
    /// What pointers to single values point to.
    let cells: UnsafeMutablePointer<UInt64>
    /// Where each argument is, for libffi.
    let arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    /// Where the result goes.
    let resultMemory: UnsafeMutableRawPointer

    /// Whether the caller gets a single value, and not an object.
    let returnsOne: Bool
    /// Whether the function writes to memory, or is told lengths.
    let needsRoom: Bool
    /// Whether it may leave memory of its own to us.
    let needsCleaning: Bool
    /// Whether its result may say that it failed.
    let isChecked: Bool
    /// What collects the calls that it makes.
    let collectors: [Collector]

    init(
        _ manifest: ManifestFunction,
        signature: DynamicSignature,
        parameters: [CParameter],
        result: CResult,
        shape: OpaquePointer,
        address: UnsafeMutableRawPointer
    ) {
        self.manifest = manifest
        self.signature = signature
        given = manifest.givenParameters
        returned = manifest.returnedParameters
        self.parameters = parameters
        self.result = result
        self.shape = shape
        self.address = address
        let count = max(parameters.count, 1)
        slots = .allocate(capacity: count)
        slots.initialize(repeating: 0, count: count)
        cells = .allocate(capacity: count)
        cells.initialize(repeating: 0, count: count)
        arguments = .allocate(capacity: count)
        for index in 0..<count { (arguments + index).initialize(to: UnsafeMutableRawPointer(slots + index)) }
        let resultBytes = if case .structure(let layout) = result.content { layout.byteCount } else { 16 }
        resultMemory = .allocate(byteCount: max(resultBytes, 16), alignment: 16)
        returnsOne = returned.count + (manifest.result.isReturned ? 1 : 0) == 1
        let check = manifest.result.check
        isChecked =
            manifest.result.type.isPointer || check.accepted != nil || check.least != nil || check.greatest != nil
            || check.isErrno
        needsCleaning = result.free != nil || parameters.contains { $0.free != nil }
        var needsRoom = false
        var collectors: [Collector] = []
        for parameter in parameters {
            switch parameter.passing {
            case .constant, .scalar, .scalarPointer(_, true), .text, .bytes, .array(_, true, _), .structure,
                .reference(_, true, _), .handle:
                break
            case .callback(let collector): collectors.append(collector)
            case .scalarPointer, .length, .lengthPointer, .buffer, .changedBytes, .made, .array, .reference, .newHandle:
                needsRoom = true
            }
        }
        if case .handle = result.content { needsRoom = true }
        self.needsRoom = needsRoom
        self.collectors = collectors
    }

    deinit {
        slots.deallocate()
        cells.deallocate()
        arguments.deallocate()
        resultMemory.deallocate()
    }
}

import CLibFFI
import DirtyKit
import FFIManifest

/// A function of a library that we call for ourselves: to free, to measure, to explain.
final class Helper {
    private let address: UnsafeMutableRawPointer
    private let shape: OpaquePointer

    /// The function `symbol`, of these parameters.
    /// - Parameter pointer: The place in the manifest that names it.
    init(
        _ symbol: String,
        in library: String,
        of parameters: [CType],
        result: CType,
        _ libraries: Libraries,
        at pointer: String
    ) throws {
        address = try libraries.address(of: symbol, in: library, at: pointer)
        let types = parameters.map { Optional($0.pointer) }
        guard let shape = dirty_ffi_shape(result.pointer, types, UInt32(types.count), -1) else {
            throw AppError(.unsupported, "\(pointer): libffi can't call \(symbol)")
        }
        self.shape = shape
    }

    /// Calls it; each word holds an argument, in its first bytes.
    /// - Returns: Its result, widened to a word.
    func call(_ words: [UInt64]) -> UInt64 {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: words.count + 1) { memory in
            withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: words.count + 1) { pointers in
                for (index, word) in words.enumerated() {
                    memory[index] = word
                    pointers[index] = UnsafeMutableRawPointer(memory.baseAddress! + index)
                }
                var result: UInt64 = 0
                _ = dirty_ffi_call(shape, address, &result, pointers.baseAddress)
                return result
            }
        }
    }
}

import Glibc
import NIOCore

/// What a request says to its plugin: action, args and kwargs.
///
/// Short ones are copied, one after the other, into memory of their own; long ones are slices of what came in.
struct CallTexts: ~Copyable {
    /// Apart, because most calls have none.
    private final class Slices {
        let action: ByteBuffer
        let args: ByteBuffer
        let kwargs: ByteBuffer

        init(action: ByteBuffer, args: ByteBuffer, kwargs: ByteBuffer) {
            self.action = action
            self.args = args
            self.kwargs = kwargs
        }
    }

    private let packed: UnsafeMutableRawPointer?
    private let slices: Slices?
    /// How long each is.
    let actionBytes: Int
    let argsBytes: Int
    let kwargsBytes: Int

    /// Copies of these.
    init(action: UnsafeRawBufferPointer, args: UnsafeRawBufferPointer, kwargs: UnsafeRawBufferPointer) {
        actionBytes = action.count
        argsBytes = args.count
        kwargsBytes = kwargs.count
        slices = nil
        // Swift's own allocation asks for an alignment, which costs more.
        guard let packed = malloc(max(1, action.count + args.count + kwargs.count)) else {
            preconditionFailure("no memory for a call's texts")
        }
        if let start = action.baseAddress { packed.copyMemory(from: start, byteCount: action.count) }
        if let start = args.baseAddress { (packed + action.count).copyMemory(from: start, byteCount: args.count) }
        if let start = kwargs.baseAddress {
            (packed + action.count + args.count).copyMemory(from: start, byteCount: kwargs.count)
        }
        self.packed = packed
    }

    /// Slices of what came in.
    init(action: ByteBuffer, args: ByteBuffer, kwargs: ByteBuffer) {
        actionBytes = action.readableBytes
        argsBytes = args.readableBytes
        kwargsBytes = kwargs.readableBytes
        slices = Slices(action: action, args: args, kwargs: kwargs)
        packed = nil
    }

    deinit {
        free(packed)
    }

    /// Their lengths together.
    var bytes: Int { actionBytes + argsBytes + kwargsBytes }

    /// The action.
    var action: String {
        if let slices { return String(buffer: slices.action) }
        return String(decoding: UnsafeRawBufferPointer(start: packed, count: actionBytes), as: UTF8.self)
    }

    /// Adds all three to a hash, in such portions that it is the same however they are held.
    func combine(into hash: inout KeyedHash) {
        if let slices {
            slices.action.withUnsafeReadableBytes { hash.combine($0) }
            slices.args.withUnsafeReadableBytes { hash.combine($0) }
            slices.kwargs.withUnsafeReadableBytes { hash.combine($0) }
        } else if let packed {
            hash.combine(UnsafeRawBufferPointer(start: packed, count: actionBytes))
            hash.combine(UnsafeRawBufferPointer(start: packed + actionBytes, count: argsBytes))
            hash.combine(UnsafeRawBufferPointer(start: packed + actionBytes + argsBytes, count: kwargsBytes))
        }
    }

    /// Writes a request's frame: `headBytes` bytes that `head` provides, and all three.
    func write(to socket: StreamSocket, headBytes: Int, _ head: (UnsafeMutableRawBufferPointer) -> Void) {
        if let packed {
            socket.write(headBytes + bytes) { space in
                head(space)
                UnsafeMutableRawBufferPointer(rebasing: space[headBytes...])
                    .copyMemory(from: UnsafeRawBufferPointer(start: packed, count: bytes))
            }
        } else if let slices {
            socket.write(headBytes, head)
            socket.write(slices.action)
            socket.write(slices.args)
            socket.write(slices.kwargs)
        }
    }
}

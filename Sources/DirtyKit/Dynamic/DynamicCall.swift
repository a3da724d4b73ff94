internal import CDirtyApp

/// A call of an action that isn't registered: its name, its arguments where they stand, and the way to finish it.
///
/// Not to be kept: what it lends is gone when ``DynamicDirtyApp/perform(_:)`` returns.
package struct DynamicCall {
    private let call: Call
    private let request: UnsafePointer<DirtyRequest>

    init(_ request: UnsafePointer<DirtyRequest>, _ call: Call) {
        self.request = request
        self.call = call
    }

    /// The action's name, UTF-8.
    package var action: UnsafeRawBufferPointer { request.pointee.action.bytes }

    /// What actions of any kind can ask of their call.
    package var context: CallContext { CallContext(call: call) }

    /// Takes the arguments apart as `signature` says, and gives each parameter's to `body`, in order; nil for one that
    /// was left out and may be.
    /// - Throws: ``AppError`` that names the parameter; what `body` throws, made into one.
    package func forEachArgument(
        _ signature: DynamicSignature,
        _ body: (_ parameter: Int, DynamicValue?) throws -> Void
    ) throws {
        var arguments = try ArgumentReader(
            signature.signature,
            request,
            attachments: AttachmentViews(request, call)
        )
        for parameter in 0..<signature.count {
            let value = try arguments.next(DynamicArgument.self, of: signature.signature).value
            do {
                try body(parameter, value)
            } catch let mismatch as ValueMismatch {
                throw signature.signature.wrong(signature.signature.parameters[parameter], mismatch)
            }
        }
    }

    /// Ends the call with a result.
    package func finish(_ output: DynamicOutput) {
        // The host answers for what it can't take, and a call that ended meanwhile needs no answer.
        _ = call.host.finish(call.id, status: DIRTY_OK, output.output)
    }
}

/// An argument left where it stands, read by the signature like any other type.
struct DynamicArgument: DirectlyDecodable {
    let value: DynamicValue?

    static func read(_ cursor: inout JSONCursor) throws -> DynamicArgument {
        cursor.skipSpace()
        // The cursor isn't moved on: nobody reads from it again, and whoever reads the value checks it.
        return DynamicArgument(value: DynamicValue(cursor))
    }

    init(value: DynamicValue?) { self.value = value }

    init(from decoder: any Decoder) throws {
        throw ValueMismatch(expected: "an argument of a call", found: "another")
    }
}

/// Reads the values of one parameter, without naming its type: what a ``Signature`` keeps of a ``Parameter``.
class AnyParameterReader {}

/// Reads the values of one parameter.
///
/// A class, and reached through an array instead of a captured parameter pack, because code that is generic over a pack
/// looks up the metadata of every generic struct it touches, at every call; that alone made a call cost microseconds.
final class ParameterReader<Value: Decodable>: AnyParameterReader {
    private let read: (inout JSONCursor) throws -> Value
    /// Makes the value of a parameter that was left out; nil if it must not be.
    private let absent: (() -> Value)?

    init(absent: (() -> Value)?) {
        read = ValueReader(Value.self).read
        self.absent = absent
    }

    /// The parameter's value in a call that leaves it out.
    func absentValue(of parameter: Int, in signature: Signature) throws -> Value {
        guard let absent else { throw signature.missing(signature.parameters[parameter]) }
        return absent()
    }

    /// The parameter's value in a call, whose argument stands at the cursor.
    func value(_ cursor: inout JSONCursor, of parameter: Int, in signature: Signature) throws -> Value {
        do {
            return try read(&cursor)
        } catch let mismatch as ValueMismatch {
            throw signature.wrong(signature.parameters[parameter], mismatch)
        }
    }
}

import DirtyKit
import DirtyKitTesting
import Testing

/// An app with one action that is registered, and others that only its configuration tells.
final class Parrot: DynamicDirtyApp {
    static var actions: Actions<Parrot> {
        Action("known") { _ in "known" }
    }

    private let signature: DynamicSignature

    init(context: AppContext) throws {
        struct Configuration: Decodable { var action: String }
        let name = try context.configuration(as: Configuration.self).action
        signature = DynamicSignature(
            name,
            [
                .init("number", type: "integer", isRequired: true, defaultValue: nil),
                .init("text", type: "string", isRequired: false, defaultValue: "none"),
                .init("more", type: "any", isRequired: false, defaultValue: nil),
            ]
        )
    }

    func perform(_ call: DynamicCall) throws {
        guard signature.nameBytes.elementsEqual(call.action) else {
            let name = String(decoding: call.action, as: UTF8.self)
            throw DynamicSignature.unknownAction(name, of: "Parrot", among: ["known"])
        }
        var output = DynamicOutput()
        output.append("[")
        try call.forEachArgument(signature) { parameter, value in
            if parameter > 0 { output.append(",") }
            guard let value, !value.isNull else { return output.append("null") }
            switch parameter {
            case 0: output.append(signed: try value.signed(least: -10, greatest: .max))
            case 1: try value.withText { output.append(text: String(decoding: $0, as: UTF8.self)) }
            default: try Self.repeat(value, &output)
            }
        }
        output.append("]")
        call.finish(output)
    }

    /// Bytes as bytes, and arrays and objects as how much is in them.
    private static func `repeat`(_ value: DynamicValue, _ output: inout DynamicOutput) throws {
        if value.isObject, let bytes = try? value.bytes() {
            switch bytes {
            case .lent(let bytes): output.append(bytes: [UInt8](bytes))
            case .made(let bytes): output.append(bytes: bytes)
            }
        } else if value.isObject {
            var count: UInt64 = 0
            try value.forEachMember { _, member in count += try member.unsigned(greatest: 100) }
            output.append(unsigned: count)
        } else {
            output.append(unsigned: UInt64(try value.forEachElement { _, element in _ = try element.number() }))
        }
    }
}

@Suite("Actions that only the configuration tells")
struct DynamicTests {
    private func host() throws -> TestHost { try TestHost(Parrot.self, configuration: ["action": "say"]) }

    private func refusal(_ args: String, kwargs: String = "{}") async throws -> String {
        let host = try host()
        let error = await #expect(throws: AppError.self) {
            try await host.start("say", json: args, kwargs: kwargs).result(as: JSON.self)
        }
        return error?.message ?? ""
    }

    @Test("they are performed beside those that are registered, which come first")
    func both() async throws {
        let host = try host()
        #expect(try await host.call("known") == "known")
        #expect(try await host.call("say", 5, "hi") == [5, "hi", nil])
        #expect(
            try await host.call("say", keywords: ["text": "a\nb", "number": "9007199254740993"])
                == ["9007199254740993", "a\nb", nil]
        )
        let error = await #expect(throws: AppError.self) { try await host.call("sing") }
        #expect(error?.code == "unknown_action")
    }

    @Test("arguments are read where they stand: bytes, arrays, objects")
    func values() async throws {
        let host = try host()
        #expect(try await host.call("say", 1, nil as String?, [UInt8]([1, 2])) == [1, nil, .bytes([1, 2])])
        #expect(try await host.call("say", 1, nil as String?, [1.5, 2]) == [1, nil, 2])
        #expect(try await host.call("say", 1, nil as String?, ["a": 3, "b": 4]) == [1, nil, 7])
    }

    @Test("what is wrong is told by the parameter's name and the place in it")
    func mistakes() async throws {
        #expect(
            try await refusal("[]").hasPrefix(
                "say: parameter \"number\" (integer) is missing; it takes (number: integer"
            )
        )
        #expect(
            try await refusal("[-11]")
                == "say: parameter \"number\" should be an integer from -10 to \(Int64.max), got the number -11"
        )
        #expect(try await refusal("[1, 2]") == "say: parameter \"text\" should be a string, got the number 2")
        #expect(
            try await refusal("[1, null, [1, true]]") == "say: parameter \"more\" at [1] should be a number, got true"
        )
        #expect(
            try await refusal("[1, null, {\"a\": 101}]")
                == "say: parameter \"more\" at .a should be an integer from 0 to 100, got the number 101"
        )
        #expect(try await refusal("[1]", kwargs: "{\"number\": 2}").contains("was given twice"))
    }
}

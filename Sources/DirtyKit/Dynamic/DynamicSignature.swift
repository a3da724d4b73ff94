/// What an action that isn't registered is called and takes.
package final class DynamicSignature {
    /// A parameter, in the words of manifests.
    package struct Parameter {
        let info: ParameterInfo

        /// - Parameters:
        ///   - name: As clients write it.
        ///   - type: In the words of manifests: "integer", "bytes".
        ///   - defaultValue: What it is when left out, to be shown; nil if that can't be.
        package init(_ name: String, type: String, isRequired: Bool, defaultValue: JSON?) {
            info = ParameterInfo(
                name: name,
                type: type,
                about: "",
                isRequired: isRequired,
                defaultValue: defaultValue.flatMap { try? RawJSON(encoding: $0) }
            )
        }
    }

    let signature: Signature
    let count: Int

    /// A signature; parameters that aren't required come as nil when they are left out.
    package init(_ name: String, _ parameters: [Parameter]) {
        signature = Signature(
            name,
            about: "",
            parameters: parameters.map(\.info),
            readers: parameters.map { parameter in
                ParameterReader<DynamicArgument>(
                    absent: parameter.info.isRequired ? nil : { DynamicArgument(value: nil) }
                )
            },
            result: nil,
            isAsync: false
        )
        count = parameters.count
    }

    /// The action's name, as it stands in a request.
    package var nameBytes: [UInt8] { signature.nameBytes }

    /// The error of an action that isn't there.
    package static func unknownAction(_ name: String, of app: String, among names: [String]) -> AppError {
        AppError(
            .unsupported,
            code: "unknown_action",
            "there is no action \"\(name)\"; \(app) has: \(names.joined(separator: ", "))",
            details: ["actions": .array(names.map { .string($0) })]
        )
    }
}

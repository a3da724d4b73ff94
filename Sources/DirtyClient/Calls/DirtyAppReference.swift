/// An app by its name; its actions are members: `client.app("search").query("fox", limit: 5)`.
@dynamicMemberLookup
public struct DirtyAppReference: Sendable {
    let client: DirtyClient
    let name: String

    /// The action named `action`.
    public subscript(dynamicMember action: String) -> DirtyActionReference {
        DirtyActionReference(client: client, app: name, name: action)
    }

    /// The action named `action`, for names that are no Swift identifiers.
    public subscript(action: String) -> DirtyActionReference {
        DirtyActionReference(client: client, app: name, name: action)
    }
}

/// An action of an app; called like a function, with arguments by position and by name.
@dynamicCallable
public struct DirtyActionReference: Sendable {
    let client: DirtyClient
    let app: String
    let name: String

    /// Calls it and gives its result as what the caller wants.
    nonisolated(nonsending) public func dynamicallyCall<Value: Decodable>(
        withKeywordArguments arguments: KeyValuePairs<String, any Encodable>
    ) async throws(DirtyCallError) -> Value {
        try await client.send(call(arguments)).decode(Value.self)
    }

    /// Calls it and gives its result.
    @discardableResult
    nonisolated(nonsending) public func dynamicallyCall(
        withKeywordArguments arguments: KeyValuePairs<String, any Encodable>
    ) async throws(DirtyCallError) -> JSONValue {
        var call = try call(arguments)
        call.acceptsAttachments = false
        return try await client.send(call).value()
    }

    private func call(_ arguments: KeyValuePairs<String, any Encodable>) throws(DirtyCallError) -> DirtyCall {
        try DirtyCall(
            app,
            name,
            arguments: arguments.filter { $0.key.isEmpty }.map(\.value),
            keywords: arguments.filter { !$0.key.isEmpty }.map { ($0.key, $0.value) }
        )
    }
}

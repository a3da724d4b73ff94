import DirtyWire

/// One call, ready to send: its arguments are JSON text already, so that it can be sent again as it is.
public struct DirtyCall: Sendable {
    /// The app's name, or its plugin's path as the host lists it.
    public var app: String
    /// What to do.
    public var action: String
    /// The positional arguments: the JSON text of an array.
    public var arguments: [UInt8]
    /// The arguments by name: the JSON text of an object.
    public var keywords: [UInt8]
    /// Raw bytes that the arguments refer to as `{"$attachment":0}`, `{"$attachment":1}` and so on.
    public var attachments: [[UInt8]]
    /// Bounds waiting, run and stream together, retries included; more than zero, and nil leaves it to the host.
    public var timeout: Duration?
    /// Calls with the same affinity go to the same worker while it lives.
    public var affinity: String?
    /// The W3C trace context this call belongs to.
    public var traceparent: String?
    /// Whether bytes in the result may come as attachments; if not, they come as `{"$base64":…}`.
    public var acceptsAttachments = true
    /// How many bytes the attachments of the result may have to come as shared memory; nil for none, so that they are sent.
    ///
    /// It takes a client that shares memory (see ``MemorySharing``). What has more bytes is sent, and so are streams.
    public var answerBytes: Int?

    /// A call with values of Swift's; `[UInt8]`, `Data` and other collections of bytes travel as attachments.
    ///
    /// Throws an error of kind ``DirtyCallError/Kind/arguments`` for a value that JSON can't hold.
    public init(
        _ app: String,
        _ action: String,
        _ arguments: any Encodable...,
        keywords: KeyValuePairs<String, any Encodable> = [:]
    ) throws(DirtyCallError) {
        try self.init(app, action, arguments: arguments, keywords: keywords.map { ($0.key, $0.value) })
    }

    /// A call whose arguments are JSON text already: an array and an object.
    public init(
        _ app: String,
        _ action: String,
        argumentsJSON: [UInt8],
        keywordsJSON: [UInt8],
        attachments: [[UInt8]] = []
    ) {
        self.app = app
        self.action = action
        self.arguments = argumentsJSON
        self.keywords = keywordsJSON
        self.attachments = attachments
    }

    init(
        _ app: String,
        _ action: String,
        arguments: [any Encodable],
        keywords: [(String, any Encodable)]
    ) throws(DirtyCallError) {
        let encoder = ArgumentEncoder()
        var position = "argument 1"
        do {
            var list: [JSONValue] = []
            for (index, argument) in arguments.enumerated() {
                position = "argument \(index + 1)"
                list.append(try encoder.encode(argument))
            }
            var object = JSONObject()
            for (name, argument) in keywords {
                position = "argument '\(name)'"
                object[name] = try encoder.encode(argument)
            }
            self.init(
                app,
                action,
                argumentsJSON: JSONValue.array(list).serialized(),
                keywordsJSON: JSONValue.object(object).serialized(),
                attachments: encoder.attachments
            )
        } catch {
            throw DirtyCallError(
                .arguments,
                "\(position) of \(app).\(action) can't be sent: \(CodingProblem.text(of: error))",
                executed: .no
            )
        }
    }
}

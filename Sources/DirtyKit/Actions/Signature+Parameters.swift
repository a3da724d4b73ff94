extension Signature {
    /// The signature of an action with these parameters.
    /// - Parameter result: What it returns, or each of its chunks is; nil for nothing.
    convenience init<each P>(
        _ name: String,
        _ about: String,
        _ parameters: repeat Parameter<each P>,
        result: Any.Type?,
        streams: Bool = false,
        isAsync: Bool = false
    ) {
        var infos: [ParameterInfo] = []
        var readers: [AnyParameterReader] = []
        for parameter in repeat each parameters {
            infos.append(parameter.info)
            readers.append(parameter.reader)
        }
        self.init(
            name,
            about: about,
            parameters: infos,
            readers: readers,
            result: result.map { jsonName(of: $0) },
            streams: streams,
            isAsync: isAsync
        )
    }
}

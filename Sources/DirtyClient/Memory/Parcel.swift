import DirtyWire

/// The bytes that go with one call: some sent behind it, some in memory that is shared while this is kept.
struct Parcel: Sendable {
    /// Where each attachment is.
    let places: [AttachmentPlace]
    /// Those that are sent, in order.
    let sent: [[UInt8]]
    /// Where the answer's attachments may be written; nil if they are sent.
    let area: MemoryFile?

    private let files: [MemoryFile]

    /// What goes with `call` on a connection with these terms; without terms all is sent.
    init(_ call: DirtyCall, _ terms: SharingTerms?) {
        var places: [AttachmentPlace] = []
        var sent: [[UInt8]] = []
        var files: [MemoryFile] = []
        for bytes in call.attachments {
            if let terms, bytes.count >= max(terms.threshold, 1), let file = MemoryFile(holding: bytes) {
                places.append(.shared(file.memory))
                files.append(file)
            } else {
                places.append(.inline(bytes.count))
                sent.append(bytes)
            }
        }
        self.places = places
        self.sent = sent
        self.files = files
        area = terms != nil ? call.answerBytes.flatMap { MemoryFile(forAnswerOf: $0) } : nil
    }

    /// Whether the host gets any of it as memory.
    var isShared: Bool { area != nil || !files.isEmpty }
}

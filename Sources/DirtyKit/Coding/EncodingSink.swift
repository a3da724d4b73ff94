/// Where encoders write: a text growing at its end, and places in it where the text of another sink belongs.
///
/// `encode(_:)` of a nested value ends before anything else is written, so nearly everything goes straight into one
/// text. Only a container from `nestedContainer` or `superEncoder` may still be written to after its parent was: such a
/// one has a sink of its own.
final class EncodingSink {
    /// A state to go back to when an author's `encode(to:)` throws halfway and somebody catches it.
    struct Mark {
        fileprivate let textCount: Int
        fileprivate let insertionCount: Int
    }

    var output: JSONOutput
    /// The first breach of `Encoder`'s rules; the result is refused because of it.
    private(set) var fault: UnwritableValue?
    private let parent: EncodingSink?
    private var insertions: [(offset: Int, frame: EncodingFrame)] = []

    /// A sink whose text is all there is.
    init(_ output: consuming JSONOutput) {
        self.output = output
        parent = nil
    }

    private init(parent: EncodingSink) {
        output = JSONOutput()
        self.parent = parent
    }

    var mark: Mark { Mark(textCount: output.text.count, insertionCount: insertions.count) }

    func goBack(to mark: Mark) {
        output.text.removeSubrange(mark.textCount...)
        insertions.removeSubrange(mark.insertionCount...)
    }

    func fail(_ what: String) {
        if let parent { parent.fail(what) } else if fault == nil { fault = .broken(what) }
    }

    /// Appends one value that needs no container.
    func write(_ value: some DirectlyEncodable) throws {
        // Attachments are numbered over all sinks: the outermost keeps them.
        guard let parent else { return try value.write(to: &output) }
        try parent.lendAttachments(to: self) { try value.write(to: &output) }
    }

    /// A frame whose text will stand here, however much later it is written.
    func insertFrame(path: CodingPath?) -> EncodingFrame {
        let frame = EncodingFrame(sink: EncodingSink(parent: self), path: path)
        insertions.append((output.text.count, frame))
        return frame
    }

    /// Puts every inserted text in its place.
    func assemble() {
        guard !insertions.isEmpty else { return }
        var whole: [UInt8] = []
        var start = 0
        for (offset, frame) in insertions {
            frame.close()
            frame.sink.assemble()
            whole.append(contentsOf: output.text[start..<offset])
            whole.append(contentsOf: frame.sink.output.text)
            start = offset
        }
        whole.append(contentsOf: output.text[start...])
        output.text = whole
    }

    private func lendAttachments(to sink: EncodingSink, _ body: () throws -> Void) rethrows {
        if let parent { return try parent.lendAttachments(to: sink, body) }
        swap(&output.attachments, &sink.output.attachments)
        defer { swap(&output.attachments, &sink.output.attachments) }
        try body()
    }
}

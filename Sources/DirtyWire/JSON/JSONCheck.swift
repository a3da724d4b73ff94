/// Checks a whole text at once.
public enum JSONCheck {
    /// What keeps `text` from being one JSON value by RFC 8259, in UTF-8; nil if nothing does.
    ///
    /// At most `maxDepth` containers lie within each other; above 512 it counts as 512.
    public static func firstError(in text: UnsafeRawBufferPointer, maxDepth: Int = 512) -> JSONError? {
        var machine = JSONMachine(maxDepth: maxDepth)
        var sink = JSONNullSink()
        do {
            try machine.feed(text, to: &sink)
            try machine.finish()
            return nil
        } catch {
            return error
        }
    }
}

extension RequestHead {
    /// How long the client gives the call, over waiting, running and streaming; nil if it sets no bound.
    ///
    /// Throws if the number is not above 0. What is beyond 31 years counts as 31 years.
    public func timeout(in message: UnsafeRawBufferPointer) throws(ProtocolError) -> Duration? {
        guard let timeout else { return nil }
        return try Self.timeout(timeout, in: message)
    }

    /// The time that `timeout` gives a call, at most 31 years.
    ///
    /// Throws if it isn't above 0.
    public static func timeout(
        _ timeout: NumberSpan,
        in message: UnsafeRawBufferPointer
    ) throws(ProtocolError) -> Duration {
        guard let seconds = timeout.double(in: message) ?? Self.sign(timeout, in: message), seconds > 0 else {
            throw ProtocolError(
                .wrongMember,
                "the member \"timeout\" must be a number of seconds above 0",
                at: timeout.range.lowerBound
            )
        }
        return .seconds(min(seconds, 1e9))
    }

    /// Where each attachment is, in order: behind the message, or in memory that the client shares; nil without the
    /// member `attachments`.
    ///
    /// Throws if one is neither a size nor such memory, if there are more than `maxCount`, or more than `maxTotalBytes`
    /// together.
    public func attachmentPlaces(
        in message: UnsafeRawBufferPointer,
        maxCount: Int,
        maxTotalBytes: Int
    ) throws(ProtocolError) -> [AttachmentPlace]? {
        guard let attachments else { return nil }
        return try AttachmentReader.read(
            message,
            attachments,
            of: .client,
            maxCount: maxCount,
            maxTotalBytes: maxTotalBytes
        )
    }

    /// The memory that the client gives for the answer's attachments; nil without the member `answer_area`.
    ///
    /// Throws if it isn't told as it must be, or has more than `maxBytes`.
    public func answerArea(
        in message: UnsafeRawBufferPointer,
        maxBytes: Int
    ) throws(ProtocolError) -> SharedMemory? {
        guard let answerArea else { return nil }
        var reader = JSONReader(UnsafeRawBufferPointer(rebasing: message[answerArea]))
        let area: SharedMemory
        do throws(MemoryMembers.Problem) {
            area = try MemoryMembers(&reader).sharedMemory()
        } catch {
            throw ProtocolError(
                .wrongMember,
                "the member \"answer_area\" \(error.clause)",
                at: answerArea.lowerBound
            )
        }
        guard area.size <= maxBytes else {
            throw ProtocolError(
                .wrongMember,
                "the member \"answer_area\" has \(area.size) bytes; at most \(maxBytes) are allowed",
                at: answerArea.lowerBound
            )
        }
        return area
    }

    /// Whether the client says, with its hello, that it wants to share memory.
    public func asksForSharedMemory(in message: UnsafeRawBufferPointer) -> Bool {
        sharedMemory.map { message[$0.lowerBound] == UInt8(ascii: "t") } ?? false
    }

    /// Stands in for a number beyond the doubles: infinite, with the number's sign.
    private static func sign(_ span: NumberSpan, in message: UnsafeRawBufferPointer) -> Double? {
        message[span.range.lowerBound] == UInt8(ascii: "-") ? -.infinity : .infinity
    }
}

extension RequestHead {
    /// How long the client gives the call, over waiting, running and streaming; nil if it sets no bound.
    ///
    /// Throws if the number is not above 0. What is beyond 31 years counts as 31 years.
    public func timeout(in message: UnsafeRawBufferPointer) throws(ProtocolError) -> Duration? {
        guard let timeout else { return nil }
        guard let seconds = timeout.double(in: message) ?? Self.sign(timeout, in: message), seconds > 0 else {
            throw ProtocolError(
                .wrongMember,
                "the member \"timeout\" must be a number of seconds above 0",
                at: timeout.range.lowerBound
            )
        }
        return .seconds(min(seconds, 1e9))
    }

    /// The sizes in bytes of the attachments that follow the message, in order; nil without the member `attachments`.
    ///
    /// Throws if one is no integer of 0 or above, if there are more than `maxCount`, or more than `maxTotalBytes`
    /// together.
    public func attachmentSizes(
        in message: UnsafeRawBufferPointer,
        maxCount: Int,
        maxTotalBytes: Int
    ) throws(ProtocolError) -> [Int]? {
        guard let attachments else { return nil }
        return try AttachmentSizes.read(
            message,
            attachments,
            maxCount: maxCount,
            maxTotalBytes: maxTotalBytes
        )
    }

    /// Stands in for a number beyond the doubles: infinite, with the number's sign.
    private static func sign(_ span: NumberSpan, in message: UnsafeRawBufferPointer) -> Double? {
        message[span.range.lowerBound] == UInt8(ascii: "-") ? -.infinity : .infinity
    }
}

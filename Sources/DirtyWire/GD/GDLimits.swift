/// What Gunicorn's own reader takes at most, and so what is taken from it and sent to it.
public enum GDLimits {
    /// The most bytes of a frame after its header.
    public static let payloadBytes = 64 << 20
    /// The most elements of one list, and pairs of one dictionary.
    public static let items = 1 << 20
    /// The most containers within each other in a payload, the payload's own dictionary being the first.
    public static let depth = 500
    /// The same within a result, a chunk's data or an error, which lie in the payload's dictionary.
    public static let valueDepth = depth - 1
}

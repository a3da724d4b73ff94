/// A kind of opaque pointer that a library gives out and takes back.
public struct ManifestHandle: Sendable {
    /// The library that has ``free``.
    public var library: String
    /// The function that ends one, called with the pointer alone; nil if the library keeps its own.
    public var free: String?
    /// How many there may be at a time.
    public var maximum: Int
    /// Seconds after its last use at which one is freed; nil for never.
    public var timeToLive: Double?
    /// How C writes the pointer, such as `sqlite3 *`; nil for `void *`.
    public var cType: String?
}

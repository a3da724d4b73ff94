/// The versions Dirty Host tells its peers.
public enum DirtyVersion {
    /// The version of this build, as `dirty --version` and `hello` give it.
    public static let current = "0.1.0"
    /// The revision of the control and lane links.
    ///
    /// Arbiter and worker refuse each other unless theirs are equal.
    public static let linkProtocol = 3
    /// The revision of what clients speak.
    ///
    /// It grows only when an old client would be misled.
    public static let clientProtocol = 1
}

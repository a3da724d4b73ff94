import ArbiterCore
import DirtyWire

/// A client's mistake, and the id under which to tell it.
struct FrameFault: Error {
    /// What is wrong; it also says whether the connection can go on.
    let error: ProtocolError
    /// The message's id; nil if it had none that could be read.
    let id: RequestID?
}

/// A message that was read and thrown away because there was no room for it.
struct RefusedMessage {
    /// The id to answer.
    let id: RequestID
    /// The app it was for, as the client named it.
    let appPath: String
    /// Which bound it met.
    let failure: Failure
}

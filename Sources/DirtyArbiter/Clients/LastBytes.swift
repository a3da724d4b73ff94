import Glibc
import NIOCore
import NIOPosix

/// The end of what a client may send.
enum LastBytes {
    /// Lets the peer of `channel`, a connected socket, send no more, and hands what it has sent by now to `take`.
    ///
    /// Returns when the kernel holds nothing of it any more, or the channel has been closed. Call on its event loop.
    static func read(from channel: any Channel, _ take: (ByteBuffer) -> Void) {
        // Fails only on a channel that is closed, from which nothing can be read.
        _ = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            socket in
            shutdown(socket, Int32(SHUT_RD))
            while channel.isActive, let bytes = piece(from: socket) {
                take(bytes)
            }
        }
    }

    private static func piece(from socket: NIOBSDSocket.Handle) -> ByteBuffer? {
        var buffer = ByteBuffer()
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1 << 16) { space in
            max(0, retryingInterrupts { recv(socket, space.baseAddress, space.count, Int32(MSG_DONTWAIT)) })
        }
        return count > 0 ? buffer : nil
    }
}

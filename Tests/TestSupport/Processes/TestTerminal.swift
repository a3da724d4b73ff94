import CTestSupport
import Glibc

/// A terminal that a test plays the person at: it types, resizes the window, and sees what is shown.
public final class TestTerminal: @unchecked Sendable {
    // Unchecked: used by one test's thread, which hands what is shown to a reader of its own.

    /// The path of the side that programs use.
    public let path: String

    private let descriptor: Int32
    /// Open until a program is: a terminal that nobody has open counts as hung up.
    private var holder: Int32

    /// A terminal of so many characters and lines.
    public init(width: Int = 80, height: Int = 24) throws {
        var name = [CChar](repeating: 0, count: 128)
        descriptor = test_open_terminal(&name, name.count)
        guard descriptor >= 0 else {
            throw TestFailure("can't make a terminal: \(String(cString: strerror(-descriptor)))")
        }
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        holder = test_hold_terminal(path)
        guard holder >= 0 else { throw TestFailure("can't open \(path): \(String(cString: strerror(-holder)))") }
        try resize(width: width, height: height)
    }

    deinit {
        close(descriptor)
        if holder >= 0 { close(holder) }
    }

    /// Types `text`.
    public func type(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw TestFailure("can't type \(text)") }
    }

    /// Gives the window another size.
    public func resize(width: Int, height: Int) throws {
        let result = test_resize_terminal(descriptor, Int32(width), Int32(height))
        guard result == 0 else { throw TestFailure("can't resize \(path): \(String(cString: strerror(-result)))") }
    }

    /// Whether it is as a shell wants it: lines are edited, and what is typed is shown.
    public var isCooked: Bool {
        test_terminal_is_cooked(descriptor) == 1
    }

    /// What is shown from now on, to the end of the program that has it open now.
    func output() throws -> PrintedText {
        let reading = dup(descriptor)
        guard reading >= 0 else { throw TestFailure("can't read \(path): \(String(cString: strerror(errno)))") }
        _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
        close(holder)
        holder = -1
        return PrintedText(reading: reading)
    }
}

import Glibc

/// The terminal in the hands of a live table: its second screen, without a cursor, keys coming one by one.
///
/// Whoever takes it gives it back by ``leave()``, however he ends. Only the main thread touches it.
final class Terminal {
    private var settings = termios()
    private var isEntered = false

    /// The terminal that standard input and output are; nil if they aren't one, or one that can't place text.
    init?(environment: [String: String]) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, environment["TERM"] != "dumb",
            tcgetattr(STDIN_FILENO, &settings) == 0
        else { return nil }
    }

    deinit {
        leave()
    }

    /// Takes the terminal.
    func enter() {
        guard !isEntered else { return }
        isEntered = true
        var raw = settings
        // Ctrl-C and Ctrl-Z stay signals, and a line break what it is.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        StandardStream.output.write(Array("\u{1B}[?1049h\u{1B}[?25l".utf8))
    }

    /// Gives it back as it was.
    func leave() {
        guard isEntered else { return }
        isEntered = false
        StandardStream.output.write(Array("\u{1B}[?25h\u{1B}[?1049l".utf8))
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }

    /// Takes note that a shell has had it meanwhile, so that it is to be taken again.
    func lost() {
        isEntered = false
    }

    /// Whether it is ours now: not that of a shell, or of another of its jobs.
    var isForeground: Bool {
        tcgetpgrp(STDIN_FILENO) == getpgrp()
    }

    /// How many characters fit into a line, and how many lines on the screen.
    var size: (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Shows `lines` in place of what is there; false if the terminal is gone.
    func show(_ lines: [String]) -> Bool {
        // Line by line over the old ones, as a cleared screen would flicker.
        let text = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        return StandardStream.output.write(Array("\u{1B}[H\(text)\u{1B}[J".utf8))
    }
}

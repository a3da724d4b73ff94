/// The text that is streamed when a call brings none.
enum SampleText {
    static let text = """
        A worker loads a plugin once and keeps what it has learned: models, indexes, connections. Calls come to it \
        over a lane, one at a time, and go back the way they came. When a plugin hangs, its worker is ended and \
        another takes the slot; when it crashes, only the calls that had begun on it fail, and each is told so. What \
        was waiting goes on waiting, what was running elsewhere goes on running. A stream is no different from an \
        answer: it only takes longer to be over, and whoever stops listening is heard.
        """
}

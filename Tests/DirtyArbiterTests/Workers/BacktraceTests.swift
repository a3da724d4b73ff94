import Testing

@testable import DirtyArbiter

@Suite("Backtraces")
struct BacktraceTests {
    @Test("Swift's symbols become names; all else stays, whatever it is")
    func names() {
        let text = """
            #0 0x00007f0000001234 $s5Bench4WorkO5sleep12millisecondsySd_tKFZ + 12 (libBench.so + 0x1234)
            #1 0x00007f0000001235 faults_abort + 4 (libFaults.so + 0x1235)
            #2 0x00007f0000001236 ?? (libFaults.so + 0x1236)
            #3 0x00007f0000001237 $snonsense + 4 (libFaults.so + 0x1237)
            #4 0x00007f0000001238 $s5Ben
            """
        let lines = Backtrace.readable(text).split(separator: "\n")
        #expect(
            lines[0]
                == "#0 0x00007f0000001234 static Bench.Work.sleep(milliseconds: Swift.Double) throws -> () + 12 "
                + "(libBench.so + 0x1234)"
        )
        #expect(lines[1...] == text.split(separator: "\n")[1...])
    }

    @Test("text without such symbols is passed on as it is", arguments: ["", "\n", "no frames\nat all\n", "a $ sign"])
    func others(text: String) {
        #expect(Backtrace.readable(text) == text)
    }
}

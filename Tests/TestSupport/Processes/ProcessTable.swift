import CTestSupport
import Foundation
import Glibc

/// Which processes there are, and when they end.
public enum ProcessTable {
    /// Those that have `NAME=VALUE` in their environment: a host started with it, and all that descends from it.
    public static func processes(with variable: String) -> [pid_t] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return folders.compactMap { pid_t($0) }.filter { pid in
            // Empty for a process that has ended and isn't reaped yet.
            guard let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else { return false }
            return environment.split(separator: 0).contains { $0.elementsEqual(variable.utf8) }
        }
    }

    /// Whether the process has ended when `seconds` have passed; returns as soon as it has.
    public static func isGone(_ pid: pid_t, within seconds: Double) -> Bool {
        let descriptor = test_pidfd_open(pid)
        guard descriptor >= 0 else { return descriptor == -ESRCH }
        defer { close(descriptor) }
        return Poll.isReady(descriptor, for: Int16(POLLIN), by: .now + .seconds(seconds))
    }

    /// Whether the process is stopped, as by Ctrl-Z, when `seconds` have passed; returns as soon as it is.
    public static func isStopped(_ pid: pid_t, within seconds: Double) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            // The state follows the name, which may have any characters but is in parentheses.
            if file("stat", of: pid).split(separator: ")").last?.hasPrefix(" T") == true { return true }
            // Nothing tells whoever isn't the parent, who waits for the end already.
            _ = poll(nil, 0, 5)
        }
        return false
    }

    /// The text of one of the process's files in /proc; empty if it has ended.
    public static func file(_ name: String, of pid: pid_t) -> String {
        FileManager.default.contents(atPath: "/proc/\(pid)/\(name)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

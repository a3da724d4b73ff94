import Glibc

/// What a process holds of the machine's memory, as the kernel counts it now.
struct ProcessMemory {
    /// Bytes resident: its own and its share of mapped files.
    let residentBytes: Int
    /// Bytes resident that no file stands behind: heap, stacks, private copies.
    let anonymousBytes: Int

    /// Reads /proc/PID/statm (proc(5)); nil if the process is gone.
    init?(of pid: pid_t) {
        let descriptor = open("/proc/\(pid)/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let text = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { bytes in
            let count = read(descriptor, bytes.baseAddress, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
        // size resident shared …, in pages; shared is what files and shared memory stand behind.
        let pages = text.split(separator: " ").compactMap { Int($0) }
        guard pages.count >= 3 else { return nil }
        let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
        residentBytes = pages[1] * pageBytes
        anonymousBytes = max(0, pages[1] - pages[2]) * pageBytes
    }
}

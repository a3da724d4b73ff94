import Glibc

/// What can be told of a shared library without loading it, and so without running its code.
struct ELFFile {
    /// The functions and data it exports.
    private(set) var exports: [String] = []
    /// The libraries it needs, by the names that the dynamic linker looks for.
    private(set) var needed: [String] = []
    /// Where it says they are to be looked for, `$ORIGIN` still in it.
    private(set) var searchPaths: [String] = []

    private let descriptor: Int32
    private var size = 0
    private let name: String
    /// Where parts of the file appear in memory: address, file offset, bytes.
    private var segments: [(address: Int, offset: Int, bytes: Int)] = []

    /// Looks at the file `image`; failures name `path`.
    init(image: String, path: String) throws(LoadFailure) {
        descriptor = open(image, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        name = path
        guard descriptor >= 0 else {
            let error = String(errorNumber: errno)
            throw LoadFailure(.noFile, "\(path): can't be opened: \(error); check the path and its permissions")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw LoadFailure(.noFile, "\(path): is not a file; name the plugin's shared library")
        }
        size = Int(status.st_size)
        try readHeader()
    }

    private mutating func readHeader() throws(LoadFailure) {
        let header = bytes(at: 0, count: 64)
        guard header.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
            throw LoadFailure(.notELF, "\(name): is not a shared library: it doesn't begin like an ELF file")
        }
        guard header.count == 64, header[5] == 1 else {
            throw LoadFailure(.notELF, "\(name): is cut short, or is not a little-endian ELF file")
        }
        let machine = Self.integer(header, at: 18, bytes: 2)
        guard header[4] == 2, machine == Self.ownMachine else {
            throw LoadFailure(
                .wrongArchitecture,
                "\(name): is built for \(Self.machineName(machine, bits: header[4] == 2 ? 64 : 32)), and this host runs on "
                    + "\(Self.machineName(Self.ownMachine, bits: 64)); build it for this machine"
            )
        }
        guard Self.integer(header, at: 16, bytes: 2) == 3 else {
            throw LoadFailure(
                .notELF,
                "\(name): is an ELF file, but no shared library; link it with -shared"
            )
        }
        let count = Self.integer(header, at: 56, bytes: 2)
        let entryBytes = Self.integer(header, at: 54, bytes: 2)
        let table = bytes(at: Self.integer(header, at: 32, bytes: 8), count: count * entryBytes)
        guard entryBytes >= 56, table.count == count * entryBytes else {
            throw LoadFailure(.notELF, "\(name): is cut short: its program headers are missing")
        }
        var dynamic: [UInt8] = []
        for entry in stride(from: 0, to: table.count, by: entryBytes) {
            let offset = Self.integer(table, at: entry + 8, bytes: 8)
            let fileBytes = Self.integer(table, at: entry + 32, bytes: 8)
            switch Self.integer(table, at: entry, bytes: 4) {
            case 1:
                segments.append((Self.integer(table, at: entry + 16, bytes: 8), offset, fileBytes))
                guard offset >= 0, fileBytes >= 0, offset <= size, fileBytes <= size - offset else {
                    throw LoadFailure(.notELF, "\(name): is cut short: it has \(size) bytes, and should have more")
                }
            case 2:
                dynamic = bytes(at: offset, count: fileBytes)
            default:
                break
            }
        }
        readDynamic(dynamic)
    }

    /// Reads the names of the exported symbols and of the libraries needed.
    ///
    /// A table that makes no sense exports and needs nothing.
    private mutating func readDynamic(_ dynamic: [UInt8]) {
        var values: [Int: Int] = [:]
        var neededNames: [Int] = []
        for entry in stride(from: 0, to: dynamic.count - 15, by: 16) {
            let tag = Self.integer(dynamic, at: entry, bytes: 8)
            if tag == 0 { break }
            values[tag] = Self.integer(dynamic, at: entry + 8, bytes: 8)
            if tag == 1 { neededNames.append(Self.integer(dynamic, at: entry + 8, bytes: 8)) }
        }
        guard let symbolTable = values[6].flatMap(fileOffset), let stringTable = values[5].flatMap(fileOffset),
            let stringBytes = values[10]
        else { return }
        let strings = bytes(at: stringTable, count: stringBytes)
        needed = neededNames.compactMap { Self.string(strings, at: $0) }
        // DT_RUNPATH, or where there is none DT_RPATH, as ld.so(8) has it.
        searchPaths =
            (values[29] ?? values[15]).flatMap { Self.string(strings, at: $0) }?
            .split(separator: ":").map(String.init) ?? []
        let count = values[4].map(countFromHash) ?? values[0x6FFF_FEF5].map(countFromGNUHash) ?? 0
        let symbols = bytes(at: symbolTable, count: count * 24)
        for symbol in stride(from: 0, to: symbols.count - 23, by: 24) {
            let isDefined = Self.integer(symbols, at: symbol + 6, bytes: 2) != 0
            let isVisible = symbols[symbol + 4] >> 4 != 0 && [0, 3].contains(symbols[symbol + 5] & 3)
            let start = Self.integer(symbols, at: symbol, bytes: 4)
            guard isDefined, isVisible, let name = Self.string(strings, at: start) else { continue }
            exports.append(name)
        }
    }

    /// How many symbols there are by DT_HASH, whose chains are as long as the symbol table.
    private func countFromHash(_ address: Int) -> Int {
        guard let offset = fileOffset(address) else { return 0 }
        return Self.integer(bytes(at: offset, count: 8), at: 4, bytes: 4)
    }

    /// How many symbols there are by DT_GNU_HASH: one more than the last of the highest bucket's chain.
    private func countFromGNUHash(_ address: Int) -> Int {
        guard let offset = fileOffset(address) else { return 0 }
        let header = bytes(at: offset, count: 16)
        let bucketCount = Self.integer(header, at: 0, bytes: 4)
        let firstSymbol = Self.integer(header, at: 4, bytes: 4)
        let bucketsAt = offset + 16 + 8 * Self.integer(header, at: 8, bytes: 4)
        let buckets = bytes(at: bucketsAt, count: 4 * bucketCount)
        var last = 0
        for bucket in stride(from: 0, to: buckets.count - 3, by: 4) {
            last = max(last, Self.integer(buckets, at: bucket, bytes: 4))
        }
        guard last >= firstSymbol else { return firstSymbol }
        let chainAt = bucketsAt + 4 * bucketCount + 4 * (last - firstSymbol)
        let chain = bytes(at: chainAt, count: min(1 << 20, max(0, size - chainAt)))
        for entry in stride(from: 0, to: chain.count - 3, by: 4) where chain[entry] & 1 == 1 {
            return last + entry / 4 + 1
        }
        return last
    }

    private func fileOffset(_ address: Int) -> Int? {
        for segment in segments where address >= segment.address && address - segment.address < segment.bytes {
            return address - segment.address + segment.offset
        }
        return nil
    }

    /// The bytes there, fewer if the file ends before.
    private func bytes(at offset: Int, count: Int) -> [UInt8] {
        guard offset >= 0, count > 0, offset < size else { return [] }
        return [UInt8](unsafeUninitializedCapacity: min(count, size - offset)) { buffer, filled in
            while filled < buffer.count {
                let read = pread(
                    descriptor,
                    buffer.baseAddress! + filled,
                    buffer.count - filled,
                    off_t(offset + filled)
                )
                if read < 0, errno == EINTR { continue }
                if read <= 0 { break }
                filled += read
            }
        }
    }

    /// The NUL-terminated string there; nil if it lies beyond the end.
    private static func string(_ bytes: [UInt8], at offset: Int) -> String? {
        guard offset >= 0, offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0) else { return nil }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    /// The little-endian integer there; 0 if it lies beyond the end.
    private static func integer(_ bytes: [UInt8], at offset: Int, bytes count: Int) -> Int {
        guard offset >= 0, offset + count <= bytes.count else { return 0 }
        return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func machineName(_ machine: Int, bits: Int) -> String {
        switch machine {
        case 3: "32-bit x86"
        case 40: "32-bit ARM"
        case 62: bits == 64 ? "x86-64" : "x32"
        case 183: "AArch64"
        case 243: "\(bits)-bit RISC-V"
        default: "machine \(machine) (\(bits)-bit)"
        }
    }

    private static var ownMachine: Int {
        #if arch(x86_64)
        62
        #elseif arch(arm64)
        183
        #else
        #error("name this architecture's ELF machine number")
        #endif
    }
}

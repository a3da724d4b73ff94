/// The members of a JSON object that tells of memory: `fd`, `inode`, `offset` and `size`.
struct MemoryMembers {
    /// What such an object isn't, as a clause that goes on after its name.
    struct Problem: Error {
        let clause: String
    }

    private var descriptor: Int?
    private var inode: Int?
    private var offset: Int?
    private var size: Int?

    /// Reads the object that comes next.
    init(_ reader: inout JSONReader) throws(Problem) {
        _ = reader.skip(UInt8(ascii: "{"))
        guard !reader.skip(UInt8(ascii: "}")) else { return }
        repeat {
            _ = reader.next()
            let name = reader.text(of: reader.stringSpan())
            _ = reader.skip(UInt8(ascii: ":"))
            _ = reader.next()
            guard let number = reader.integer(), number >= 0 else {
                throw Problem(clause: "must have an integer of 0 or above as its member \"\(name.prefix(32))\"")
            }
            let old: Int?
            switch name {
            case "fd": (old, descriptor) = (descriptor, number)
            case "inode": (old, inode) = (inode, number)
            case "offset": (old, offset) = (offset, number)
            case "size": (old, size) = (size, number)
            default:
                throw Problem(clause: "has the member \"\(name.prefix(32))\"; those there are: fd, inode, offset, size")
            }
            guard old == nil else { throw Problem(clause: "has two members \"\(name)\"") }
        } while reader.skip(UInt8(ascii: ","))
        _ = reader.skip(UInt8(ascii: "}"))
    }

    /// Memory that a client shares.
    func sharedMemory() throws(Problem) -> SharedMemory {
        guard let descriptor = descriptor.flatMap(Int32.init(exactly:)), let inode, let size else {
            throw Problem(clause: "must have fd (a descriptor), inode and size, and may have offset")
        }
        let offset = offset ?? 0
        guard offset % SharedMemory.alignment == 0 else {
            throw Problem(clause: "has the offset \(offset), which must be a multiple of \(SharedMemory.alignment)")
        }
        try checkEnd(offset, size)
        return SharedMemory(descriptor: descriptor, inode: UInt64(inode), offset: offset, size: size)
    }

    /// A place in the memory that a request gave for its answer.
    func area() throws(Problem) -> AttachmentPlace {
        guard let offset, let size, descriptor == nil, inode == nil else {
            throw Problem(clause: "must have offset and size, and nothing else")
        }
        try checkEnd(offset, size)
        return .area(offset: offset, size: size)
    }

    private func checkEnd(_ offset: Int, _ size: Int) throws(Problem) {
        guard offset <= SharedMemory.largestEnd, size <= SharedMemory.largestEnd - offset else {
            throw Problem(clause: "ends beyond byte \(SharedMemory.largestEnd)")
        }
    }
}

extension JSONReader {
    /// Reads the number that comes next, if it is an integer that fits.
    mutating func integer() -> Int? {
        let span = numberSpan()
        return span.range.isEmpty ? nil : integer(at: span)
    }
}

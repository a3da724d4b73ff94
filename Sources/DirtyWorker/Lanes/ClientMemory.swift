import CDirtyApp
import CDirtyWorker
import DirtyWire
import Glibc

/// Opens what a client shares, and says what is wrong with what can't be used.
enum ClientMemory {
    /// Maps the bytes of attachment `index`, which process `owner` has open.
    static func map(_ memory: SharedMemory, of owner: Int32, attachment index: Int) throws(Fault) -> DirtyMapping {
        let file = try open(memory, of: owner, as: .attachment(index))
        // The mapping keeps the file.
        defer { close(file) }
        var mapping = DirtyMapping()
        let result = dirty_memory_map(file, UInt64(memory.offset), memory.size, &mapping)
        guard result == 0 else { throw Fault(.attachment(index), memory, owner: owner, code: result) }
        return mapping
    }

    /// Opens the memory for an answer that process `owner` has open; the caller closes it.
    static func openArea(_ memory: SharedMemory, of owner: Int32) throws(Fault) -> Int32 {
        try open(memory, of: owner, as: .area)
    }

    private static func open(
        _ memory: SharedMemory,
        of owner: Int32,
        as use: Fault.Use
    ) throws(Fault) -> Int32 {
        let result = dirty_memory_open(
            owner,
            memory.descriptor,
            memory.inode,
            use == .area ? 1 : 0,
            UInt64(memory.end)
        )
        guard result >= 0 else { throw Fault(use, memory, owner: owner, code: result) }
        return result
    }
}

extension ClientMemory {
    /// Why what a client shares can't be used.
    struct Fault: Error {
        /// What it was for.
        enum Use: Equatable {
            /// An attachment of the request.
            case attachment(Int)
            /// The answer's attachments.
            case area
        }

        let use: Use
        let memory: SharedMemory
        let owner: Int32
        /// A `DirtyMemoryFault`.
        let code: Int32
        /// What the system said last.
        let errorNumber: Int32

        init(_ use: Use, _ memory: SharedMemory, owner: Int32, code: Int32) {
            errorNumber = errno
            self.use = use
            self.memory = memory
            self.owner = owner
            self.code = code
        }

        /// The error that the caller gets.
        func reply(_ subject: CallSubject) -> ErrorReply {
            let (cause, clause) = words
            let name: (text: String, value: JSONValue) =
                switch use {
                case .attachment(let index): ("attachment \(index)", JSONValue(index))
                case .area: ("the answer area", "answer_area")
                }
            return ErrorReply(
                .protocol,
                "\(name.text), descriptor \(memory.descriptor) of process \(owner), can't be used: \(clause)",
                executed: .no,
                details: [
                    "what": .string(ProtocolFault.sharedMemory.rawValue),
                    "attachment": name.value,
                    "cause": .string(cause),
                    "app_path": .string(subject.appPath),
                    "action": .string(subject.actionText),
                ]
            )
        }

        /// What is wrong in a word, and in a clause that names the remedy.
        private var words: (cause: String, clause: String) {
            switch DirtyMemoryFault(rawValue: code) {
            case DIRTY_MEMORY_NOT_MEMORY:
                ("not_memory", "it is no file in memory; make it by memfd_create with MFD_ALLOW_SEALING")
            case DIRTY_MEMORY_OTHER_FILE:
                (
                    "other_file",
                    "its inode is not \(memory.inode): keep the file open until the answer has come, and share memory only from "
                        + "the process that connected"
                )
            case DIRTY_MEMORY_NOT_SEALED:
                (
                    "not_sealed",
                    use == .area
                        ? "it could be shortened; seal it with F_SEAL_SHRINK"
                        : "it could still change; seal it with F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE"
                )
            case DIRTY_MEMORY_READ_ONLY:
                ("read_only", "it is sealed against writing; give the answer a file without F_SEAL_WRITE")
            case DIRTY_MEMORY_TOO_SHORT:
                ("too_short", "it ends before byte \(memory.end)")
            case DIRTY_MEMORY_NOT_MAPPED:
                ("not_mapped", "the worker can't map it: \(String(errorNumber: errorNumber))")
            default:
                (
                    "not_opened",
                    "the worker can't open it: \(String(errorNumber: errorNumber)); keep it open until the answer has come, or "
                        + "send the bytes themselves"
                )
            }
        }
    }
}

import Glibc

/// Where the SDK's files stand on this machine.
enum SDKFolder {
    /// The folders to look in for a program at `executable`, best first: that of an installation, then those of the
    /// clones it may have been built in.
    static func candidates(for executable: String) -> [String] {
        var folders = executable.split(separator: "/").dropLast().map(String.init)
        var candidates = ["/" + (folders.dropLast() + ["include", "dirty-host"]).joined(separator: "/")]
        while !folders.isEmpty {
            candidates.append("/" + (folders + ["Sources", "CDirtyApp", "include"]).joined(separator: "/"))
            folders.removeLast()
        }
        return candidates
    }

    /// The first of `candidates` with the SDK's files in it.
    static func find(in candidates: [String]) -> String? {
        candidates.first { folder in
            SDKFile.files(of: .sdk).allSatisfy { access("\(folder)/\($0.path)", R_OK) == 0 }
        }
    }

    /// The clone of Dirty Host that a program at `executable` was built in, if it still lies there.
    static func clone(of executable: String) -> String? {
        let suffix = "/Sources/CDirtyApp/include"
        let clones = candidates(for: executable).filter { $0.hasSuffix(suffix) }
        return clones.map { String($0.dropLast(suffix.count)) }.first { clone in
            access(clone + "/Package.swift", R_OK) == 0 && access(clone + "/Sources/DirtyKit", R_OK) == 0
        }
    }

    /// Whether what stands in `folder` is what this program was built with.
    static func isCurrent(_ folder: String) -> Bool {
        SDKFile.files(of: .sdk).allSatisfy { file in
            guard case .success(let bytes) = Files.read("\(folder)/\(file.path)") else { return false }
            return bytes == Array(file.text.utf8)
        }
    }
}

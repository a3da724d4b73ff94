import CDirtySDK

/// A file that this program holds for plugin authors.
struct SDKFile: Equatable, Sendable {
    /// Where it comes from.
    enum Group: Equatable, Sendable {
        /// What plugins in C, C++ and Rust are written over.
        case sdk
        /// The example project of a language.
        case example(ProjectLanguage)
    }

    let group: Group
    /// Its path in the group's folder.
    let path: String
    let text: String

    /// All of them.
    static let all: [SDKFile] = (0...).lazy.map { dirty_sdk_file($0) }.prefix { $0 != nil }.compactMap { file in
        let file = file!.pointee
        let name = String(cString: file.group)
        guard let group = name == "sdk" ? .sdk : ProjectLanguage(rawValue: name).map(Group.example) else { return nil }
        let bytes = UnsafeBufferPointer(start: file.bytes, count: file.count)
        return SDKFile(group: group, path: String(cString: file.path), text: String(decoding: bytes, as: UTF8.self))
    }

    /// Those of a group.
    static func files(of group: Group) -> [SDKFile] {
        all.filter { $0.group == group }
    }
}

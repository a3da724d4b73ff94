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

    private init(_ file: DirtySDKFile) {
        let name = String(cString: file.group)
        if let language = ProjectLanguage(rawValue: name) {
            group = .example(language)
        } else {
            precondition(name == "sdk", "dirty_sdk.c has files of \"\(name)\", which is no language")
            group = .sdk
        }
        path = String(cString: file.path)
        text = String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
    }

    /// All of them.
    static let all: [SDKFile] = {
        var files: [SDKFile] = []
        while let file = dirty_sdk_file(files.count) { files.append(SDKFile(file.pointee)) }
        return files
    }()

    /// Those of a group.
    static func files(of group: Group) -> [SDKFile] {
        all.filter { $0.group == group }
    }
}

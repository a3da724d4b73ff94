/// Where a Swift project gets DirtyKit from.
enum KitSource: Equatable, Sendable {
    /// A clone on this machine.
    case path(String)
    /// A repository with version tags.
    case url(String)

    /// What `text` names: a URL if it has a scheme or looks like `git@host:path`, else a path.
    init(_ text: String) {
        let isRemote = text.contains("://") || text.split(separator: "/", maxSplits: 1)[0].contains("@")
        self = isRemote ? .url(text) : .path(text)
    }

    /// How the project's targets name the package.
    var packageName: String {
        switch self {
        case .path: "dirty-host"
        case .url(let url): Self.lastComponent(url)
        }
    }

    /// The dependency as it stands in Package.swift.
    func dependency(version: String) -> String {
        switch self {
        case .path(let path): ".package(name: \"\(packageName)\", path: \(Self.quoted(path)))"
        case .url(let url): ".package(url: \(Self.quoted(url)), from: \"\(version)\")"
        }
    }

    /// The name that SwiftPM gives a package of this URL.
    private static func lastComponent(_ url: String) -> String {
        let last = url.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? url
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

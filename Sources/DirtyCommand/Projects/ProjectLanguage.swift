import ArgumentParser

/// What a plugin's project is written in.
enum ProjectLanguage: String, CaseIterable, ExpressibleByArgument, Sendable {
    case swift
    case c
    case cpp
    case rust

    /// As people write it.
    var name: String {
        switch self {
        case .swift: "Swift"
        case .c: "C"
        case .cpp: "C++"
        case .rust: "Rust"
        }
    }

    /// The files of the SDK that its code needs beside it; those that include one another together.
    var sdkFiles: [String] {
        switch self {
        case .swift: []
        case .c: ["dirty_app.h"]
        case .cpp: ["dirty_app.h", "dirty_app.hpp"]
        case .rust: ["dirty_app.rs"]
        }
    }

    /// What to type in the new project's folder, in order.
    var firstCommands: [String] {
        switch self {
        case .swift: ["swift build", "swift test"]
        case .c, .cpp: ["make", "make test"]
        case .rust: ["cargo build", "cargo test"]
        }
    }
}

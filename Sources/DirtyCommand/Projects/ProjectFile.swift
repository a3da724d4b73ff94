/// A file of a new project.
struct ProjectFile: Equatable, Sendable {
    /// Where it stands in the project's folder.
    let path: String
    let text: String
}

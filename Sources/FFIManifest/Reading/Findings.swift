/// The problems found so far; one list for all that read and check one manifest.
final class Findings {
    private(set) var problems: [ManifestProblem] = []

    /// Notes that something is wrong at `pointer`.
    func add(_ pointer: String, _ message: String) {
        problems.append(ManifestProblem(pointer, message))
    }

    /// Notes that something is wrong at `place`.
    func add(_ place: Place, _ message: String) {
        add(place.pointer, message)
    }
}

/// The way from the outermost value to the one being coded, as a linked list: nothing is copied on the way down.
final class CodingPath {
    private let parent: CodingPath?
    private let key: any CodingKey

    init(_ parent: CodingPath?, _ key: any CodingKey) {
        self.parent = parent
        self.key = key
    }

    /// The keys, outermost first.
    var keys: [any CodingKey] {
        (parent?.keys ?? []) + [key]
    }
}

extension [any CodingKey] {
    /// As error messages write it: `.items[2].name`.
    var text: String {
        map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
    }
}

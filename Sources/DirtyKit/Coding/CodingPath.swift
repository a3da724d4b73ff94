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

/// A place in an array, or the place where a class keeps its superclass's value.
struct PlaceKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    /// The place of a superclass's value among its own members.
    static let `super` = PlaceKey("super")

    private init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    init(index: Int) {
        stringValue = "\(index)"
        intValue = index
    }

    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}

extension [any CodingKey] {
    /// As error messages write it: `.items[2].name`.
    var text: String {
        map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
    }
}

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

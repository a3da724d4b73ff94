/// Reads single values, and notes what isn't as it should be.
struct PlaceReader {
    let findings: Findings

    init(_ findings: Findings) { self.findings = findings }

    /// The members of an object that has no other keys than `keys` and all of `needed`.
    func object(_ place: Place, keys: [String], needed: [String] = []) -> Bool {
        guard let members = place.members else {
            findings.add(place, "should be an object, got \(place.value.words)")
            return false
        }
        for (name, member) in members where !keys.contains(name) {
            findings.add(member, "is not a member that belongs here; there are: \(keys.joined(separator: ", "))")
        }
        for name in needed where place[name] == nil {
            findings.add(place, "the member \"\(name)\" is missing")
        }
        return true
    }

    /// The members of a mapping from names to things; none if it isn't there.
    func mapping(_ place: Place?) -> [(name: String, place: Place)] {
        guard let place else { return [] }
        guard let members = place.members else {
            findings.add(place, "should be an object of names, got \(place.value.words)")
            return []
        }
        return members
    }

    func text(_ place: Place?) -> String? {
        guard let place else { return nil }
        guard case .string(let text) = place.value, !text.isEmpty else {
            findings.add(place, "should be a string that isn't empty, got \(place.value.words)")
            return nil
        }
        return text
    }

    /// A name that C could have.
    func symbol(_ place: Place?) -> String? {
        guard let place, let text = text(place) else { return nil }
        let isName =
            text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
            } && !(0x30...0x39).contains(text.utf8.first ?? 0x30)
        guard isName else {
            findings.add(place, "\"\(text)\" is no name of a C function")
            return nil
        }
        return text
    }

    func flag(_ place: Place?) -> Bool {
        guard let place else { return false }
        guard case .bool(let flag) = place.value else {
            findings.add(place, "should be true or false, got \(place.value.words)")
            return false
        }
        return flag
    }

    func integer(_ place: Place?, in range: ClosedRange<Int64> = .min ... .max) -> Int64? {
        guard let place else { return nil }
        guard case .int(let value) = place.value, range.contains(value) else {
            let bounds = range == .min ... .max ? "" : " from \(range.lowerBound) to \(range.upperBound)"
            findings.add(place, "should be an integer\(bounds), got \(place.value.words)")
            return nil
        }
        return value
    }

    func count(_ place: Place?, in range: ClosedRange<Int64>) -> Int? {
        integer(place, in: range).map { Int($0) }
    }

    func number(_ place: Place?) -> ManifestValue? {
        guard let place else { return nil }
        guard place.value.double != nil else {
            findings.add(place, "should be a number, got \(place.value.words)")
            return nil
        }
        return place.value
    }

    func elements(_ place: Place?, of what: String) -> [Place] {
        guard let place else { return [] }
        guard let elements = place.elements else {
            findings.add(place, "should be an array of \(what), got \(place.value.words)")
            return []
        }
        return elements
    }

    func texts(_ place: Place?) -> [String] {
        elements(place, of: "strings").compactMap { text($0) }
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(_ place: Place?, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let place else { return nil }
        guard case .string(let text) = place.value, let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            findings.add(place, "should be one of \(words), got \(place.value.words)")
            return nil
        }
        return choice
    }

    func type(_ place: Place?) -> ManifestType? {
        guard let place, let text = text(place) else { return nil }
        guard let type = ManifestType(text) else {
            findings.add(
                place,
                "\"\(text)\" is no type; there are \(Self.scalarNames), cstr, bytes, array:T, struct:NAME, ref:NAME, "
                    + "handle:NAME, callback:NAME, null"
            )
            return nil
        }
        return type
    }

    func scalar(_ place: Place?) -> Scalar? {
        guard let place, let text = text(place) else { return nil }
        guard let scalar = Scalar(rawValue: text) else {
            findings.add(place, "\"\(text)\" is no scalar type; there are \(Self.scalarNames)")
            return nil
        }
        return scalar
    }

    private static let scalarNames = Scalar.allCases.map(\.rawValue).joined(separator: ", ")
}

/// Keys from what a terminal sends for them.
enum TerminalKeys {
    private static let escape: UInt8 = 0x1B

    /// The characters that were typed; arrows and other keys without a character of their own are left out.
    static func characters(in bytes: some Sequence<UInt8>) -> [Character] {
        var characters: [Character] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            guard byte == escape else {
                characters.append(Character(Unicode.Scalar(byte)))
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "["):
                // Parameters, and then a byte that ends the sequence.
                while let next = rest.popFirst(), !(0x40...0x7E).contains(next) {}
            case UInt8(ascii: "O"):
                _ = rest.popFirst()
            case _?, nil:
                break
            }
        }
        return characters
    }
}

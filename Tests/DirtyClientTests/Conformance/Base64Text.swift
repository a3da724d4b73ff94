import Foundation

/// Bytes written as text in the cases.
enum Base64Text {
    /// The bytes that `text` stands for.
    static func bytes(_ text: String) -> [UInt8] {
        Array(Data(base64Encoded: text) ?? Data())
    }
}

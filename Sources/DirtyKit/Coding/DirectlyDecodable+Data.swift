import struct FoundationEssentials.Data

extension Data: DirectlyDecodable {
    static func read(_ cursor: inout JSONCursor) throws -> Data {
        try ByteReference.readBytes(&cursor) { Data($0) }
    }
}

/// Puts JSON text on one line.
enum JSONLine {
    /// `json` without white space between its tokens; strings are left as they are.
    static func compact(_ json: [UInt8]) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(json.count + 1)
        var isInString = false
        var isEscaped = false
        for byte in json {
            if isInString {
                line.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                line.append(byte)
                isInString = byte == UInt8(ascii: "\"")
            }
        }
        return line
    }
}

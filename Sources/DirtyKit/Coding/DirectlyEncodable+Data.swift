import struct FoundationEssentials.Data

extension Data: DirectlyEncodable {
    func write(to output: inout JSONOutput) { output.append(attachment: .data(self)) }
}

/// Holds a `printf` or `scanf` format against the parameters that follow it.
enum FormatCheck {
    /// Whether `symbol` takes such a format, by its name: `snprintf`, `sqlite3_mprintf`, `__isoc99_sscanf`.
    static func takesFormat(_ symbol: String) -> Bool {
        symbol.hasSuffix("printf") || symbol.hasSuffix("scanf") || symbol.hasSuffix("printf_chk")
            || ["syslog", "warn", "warnx", "err", "errx", "error"].contains(symbol)
    }

    /// Whether `symbol` takes the rest of its arguments as a `va_list`, which no manifest can make.
    static func takesArgumentList(_ symbol: String) -> Bool {
        guard takesFormat(symbol) || symbol.hasPrefix("v") else { return false }
        let names = [
            "vprintf", "vfprintf", "vsprintf", "vsnprintf", "vdprintf", "vasprintf", "vsyslog", "verr", "vwarn",
        ]
        return names.contains { symbol.hasSuffix($0) } || symbol.hasSuffix("vmprintf") || symbol.hasSuffix("vscanf")
            || symbol.hasSuffix("vsscanf") || symbol.hasSuffix("vfscanf")
    }

    /// What is wrong with `format` for these parameters; nil if it fits.
    static func problem(_ format: String, _ parameters: ArraySlice<ManifestParameter>) -> String? {
        let conversions: [Conversion]
        switch parse(Array(format.utf8)) {
        case .success(let list): conversions = list
        case .failure(let fault): return fault.message
        }
        guard conversions.count == parameters.count else {
            return "the format has \(conversions.count) conversions, and \(parameters.count) parameters follow it"
        }
        for (conversion, parameter) in zip(conversions, parameters) where !conversion.fits(parameter.type) {
            return "\(conversion.text) takes \(conversion.expected), and the parameter \"\(parameter.name)\" is "
                + "\(parameter.type.text)"
        }
        return nil
    }

    /// Why a format can't be used.
    private struct Fault: Error {
        let message: String
    }

    /// One `%…`.
    private struct Conversion {
        let text: String
        let letter: UInt8
        /// Bytes of an integer.
        let byteCount: Int

        var expected: String {
            switch letter {
            case UInt8(ascii: "s"): "cstr"
            case UInt8(ascii: "e"), UInt8(ascii: "f"), UInt8(ascii: "g"), UInt8(ascii: "a"): "f64"
            default: "an integer of \(byteCount) bytes"
            }
        }

        func fits(_ type: ManifestType) -> Bool {
            switch letter {
            case UInt8(ascii: "s"): type == .text
            case UInt8(ascii: "e"), UInt8(ascii: "f"), UInt8(ascii: "g"), UInt8(ascii: "a"): type == .scalar(.f64)
            default:
                if case .scalar(let scalar) = type {
                    scalar.isInteger && scalar.form.byteCount == byteCount
                } else {
                    false
                }
            }
        }
    }

    private static func parse(_ format: [UInt8]) -> Result<[Conversion], Fault> {
        var conversions: [Conversion] = []
        var at = 0
        while at < format.count {
            guard format[at] == UInt8(ascii: "%") else {
                at += 1
                continue
            }
            let start = at
            at += 1
            func skip(_ set: String) { while at < format.count, set.utf8.contains(format[at]) { at += 1 } }
            if at < format.count, format[at] == UInt8(ascii: "%") {
                at += 1
                continue
            }
            skip("-+ #0'")
            skip("0123456789")
            skip(".")
            skip("0123456789")
            let sizeStart = at
            skip("hlLqjzt")
            let size = String(decoding: format[sizeStart..<at], as: UTF8.self)
            guard at < format.count else { return .failure(Fault(message: "the format ends within a conversion")) }
            let letter = format[at] | 0x20
            at += 1
            let text = String(decoding: format[start..<at], as: UTF8.self)
            guard "diouxcsefga".utf8.contains(letter), size != "L" else {
                return .failure(
                    Fault(message: "\(text) is not among the conversions that can be checked: d i o u x c s e f g a")
                )
            }
            conversions.append(
                Conversion(
                    text: text,
                    letter: letter,
                    byteCount: ["l", "ll", "j", "z", "t", "q"].contains(size) ? 8 : 4
                )
            )
        }
        return .success(conversions)
    }
}

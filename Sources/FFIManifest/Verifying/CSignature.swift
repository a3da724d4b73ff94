/// A function's type in C, as far as a manifest tells it: for each parameter and the result the types it may have.
///
/// A manifest says `bytes` where a header says `const void *` or `unsigned char *`, and both are right.
struct CSignature {
    let symbol: String
    var result: [String]
    var parameters: [[String]]
    let isVariadic: Bool

    /// More combinations than this are not tried: the manifest has to say some types with `c`.
    static let maximumCombinations = 4096

    /// How many function types there are.
    var combinations: Int {
        ([result] + parameters).reduce(1) { min($0 * max($1.count, 1), Self.maximumCombinations + 1) }
    }

    /// A constant expression of C that is true if the header's type is one of these.
    var condition: String {
        // Of the function, not of a pointer to it: GCC has an attribute, `const`, count as part of what pointers point to.
        types.map { "__builtin_types_compatible_p(__typeof__(\(symbol)), \($0))" }.joined(separator: " || ")
    }

    /// Every type.
    private var types: [String] {
        var lists: [[String]] = [[]]
        for candidates in parameters {
            lists = lists.flatMap { list in candidates.map { list + [$0] } }
        }
        return result.flatMap { result in
            lists.map { list in
                let all = list + (isVariadic ? ["..."] : [])
                return "\(result) (\(all.isEmpty ? "void" : all.joined(separator: ", ")))"
            }
        }
    }
}

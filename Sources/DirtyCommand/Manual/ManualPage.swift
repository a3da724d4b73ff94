import DirtyWire

/// A manual page in mdoc(7), made of what ArgumentParser tells of a command.
struct ManualPage {
    /// The page's name, such as `dirty-call`.
    let name: String
    private let command: JSONValue
    private let date: String

    /// The pages of a command and of those of its subcommands that are shown, from the JSON of `--experimental-dump-help`.
    ///
    /// `date` is when they were made, as `November 26, 2026`.
    static func all(of help: JSONValue, date: String) -> [ManualPage] {
        guard let root = help["command"] else { return [] }
        let shown = Self.subcommands(of: root)
        let rootName = root["commandName"]?.stringValue ?? ""
        return [ManualPage(name: rootName, command: root, date: date)]
            + shown.map { ManualPage(name: "\(rootName)-\(Self.name(of: $0))", command: $0, date: date) }
    }

    /// The page's source.
    var text: String {
        var lines = [
            ".Dd \(date)", ".Dt \(Mdoc.text(name.uppercased())) 1", ".Os", ".Sh NAME", ".Nm \(Mdoc.text(name))",
            ".Nd \(Mdoc.text(abstract))", ".Sh SYNOPSIS", ".Nm \(Mdoc.text(name.replacing("-", with: " ")))",
        ]
        lines += arguments.map(Self.synopsis)
        if !Self.subcommands(of: command).isEmpty { lines += [".Ar command", ".Op Ar ..."] }
        let discussion = ManualText(command["discussion"]?.stringValue ?? "")
        lines +=
            [".Sh DESCRIPTION"] + (discussion.introduction.isEmpty ? [Mdoc.line(abstract)] : discussion.introduction)
        lines += list(of: arguments, Self.item)
        lines += list(of: Self.subcommands(of: command)) { subcommand in
            [
                ".It Xr \(Mdoc.text("\(name)-\(Self.name(of: subcommand))")) 1",
                Mdoc.line(subcommand["abstract"]?.stringValue ?? ""),
            ]
        }
        for section in discussion.sections {
            lines += [".Sh \(section.title)"] + section.lines
        }
        lines += [".Sh SEE ALSO"] + seeAlso
        return lines.joined(separator: "\n") + "\n"
    }

    private var abstract: String {
        let text = command["abstract"]?.stringValue ?? ""
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    private var arguments: [JSONValue] {
        (command["arguments"]?.arrayValue ?? []).filter { $0["shouldDisplay"] != false }
    }

    private var seeAlso: [String] {
        guard let root = command["superCommands"]?.arrayValue?.first?.stringValue else {
            return Self.subcommands(of: command).map { "\(name)-\(Self.name(of: $0))" }.sorted().enumerated().map {
                ".Xr \(Mdoc.text($1)) 1" + ($0 + 1 < Self.subcommands(of: command).count ? " ," : "")
            }
        }
        return [".Xr \(root) 1"]
    }

    private func list(of items: [JSONValue], _ item: (JSONValue) -> [String]) -> [String] {
        items.isEmpty ? [] : [".Bl -tag -width Ds"] + items.flatMap(item) + [".El"]
    }

    /// What stands for an argument in the synopsis.
    private static func synopsis(_ argument: JSONValue) -> String {
        let more = argument["isRepeating"] == true ? " ..." : ""
        let word = "\(invocation(of: argument))\(more)"
        return argument["isOptional"] == true ? ".Op \(word)" : ".\(word)"
    }

    /// The list item that explains an argument.
    private static func item(_ argument: JSONValue) -> [String] {
        let names = (argument["names"]?.arrayValue ?? []).map(flag)
        let value = valueName(of: argument).map { " Ar \($0)" } ?? ""
        let title = names.isEmpty ? "Ar \(valueName(of: argument) ?? "?")" : names.joined(separator: " , ") + value
        var lines = [".It \(title)"] + described(argument)
        if let value = argument["defaultValue"]?.stringValue { lines.append(Mdoc.line("The default is \(value).")) }
        return lines
    }

    private static func described(_ item: JSONValue) -> [String] {
        ["abstract", "discussion"].compactMap { item[$0]?.stringValue }.flatMap(Mdoc.paragraph)
    }

    private static func invocation(of argument: JSONValue) -> String {
        let value = valueName(of: argument).map { "Ar \($0)" }
        guard let name = argument["preferredName"] else { return value ?? "Ar ?" }
        return [flag(name), value].compactMap { $0 }.joined(separator: " ")
    }

    private static func flag(_ name: JSONValue) -> String {
        let text = Mdoc.text(name["name"]?.stringValue ?? "?")
        return name["kind"] == "long" ? "Fl \\-\(text)" : "Fl \(text)"
    }

    private static func valueName(of argument: JSONValue) -> String? {
        argument["kind"] == "flag" ? nil : argument["valueName"]?.stringValue.map(Mdoc.text)
    }

    private static func name(of command: JSONValue) -> String {
        command["commandName"]?.stringValue ?? "?"
    }

    /// Those that help lists, without `help` itself.
    private static func subcommands(of command: JSONValue) -> [JSONValue] {
        (command["subcommands"]?.arrayValue ?? []).filter {
            $0["shouldDisplay"] != false && $0["commandName"] != "help"
        }
    }
}

import ArgumentParser

/// `dirty completion`: what a shell must know to complete command lines of `dirty`.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Prints a script that has a shell complete commands, apps and actions.",
        discussion: """
            Apps, actions and names of parameters are those of the host that the command line is for; nothing is \
            completed where none answers within half a second.

            EXAMPLES
              source <(dirty completion bash)           for this shell; in ~/.bashrc for all
              dirty completion zsh > ~/.zfunc/_dirty    in a folder of $fpath
              dirty completion fish > ~/.config/fish/completions/dirty.fish
            """
    )

    @Argument(help: "bash, zsh or fish.", completion: .list(Shell.allCases.map(\.rawValue)))
    var shell: Shell

    func run() throws {
        StandardStream.output.write(Dirty.completionScript(for: shell.completionShell))
    }

    /// The shells that can be taught.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var completionShell: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }
}

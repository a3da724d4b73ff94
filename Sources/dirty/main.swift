import DirtyCommand

Invocation(Array(CommandLine.arguments.dropFirst())).runToEnd()

import DirtyWorker

DirtyWorker.main(arguments: Array(CommandLine.arguments.dropFirst()))

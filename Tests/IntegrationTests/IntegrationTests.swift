import Testing

/// The host as its users run it: the built binaries, real processes, real clients.
///
/// One test at a time, because each has a machine's worth of processes of its own.
@Suite("The host, as its users run it", .serialized)
enum IntegrationTests {}

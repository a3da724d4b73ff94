import Glibc

/// What the C library says of the last failed call on this thread.
func errorText(_ number: Int32 = errno) -> String {
    String(cString: strerror(number))
}

/// Repeats a call that a signal may interrupt.
func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

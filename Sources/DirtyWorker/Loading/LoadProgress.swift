import CDirtyLink

/// Notes on the shared page which app is being loaded or opened, so that the arbiter can name it should that end the
/// process, or never end.
struct LoadProgress: @unchecked Sendable {
    // Unchecked: the page's word is atomic, and the page is mapped as long as the process lives.
    private let page: OpaquePointer

    /// Notes on `page`.
    init(page: OpaquePointer) {
        self.page = page
    }

    /// The app at `index` of the load list is loaded or opened from now on.
    func began(_ index: Int) {
        dirty_page_set_opening(page, UInt32(truncatingIfNeeded: index + 1))
    }

    /// All apps are open.
    func ended() {
        dirty_page_set_opening(page, 0)
    }
}

import CDirtyLink
import Glibc
import Testing

/// The shared page and the sockets of `CDirtyLink`.
@Suite struct PageTests {
    private func page(_ lanes: UInt32) throws -> (descriptor: Int32, page: OpaquePointer) {
        let descriptor = dirty_page_create(lanes)
        try #require(descriptor >= 0)
        return (descriptor, try #require(dirty_page_map(descriptor)))
    }

    @Test func `both who map a page see the same words`() throws {
        let (descriptor, one) = try page(3)
        let two = try #require(dirty_page_map(descriptor))
        #expect(dirty_page_lanes(two) == 3)
        dirty_page_set_begun(one, 2, 0x1234_02)
        dirty_page_set_cancelled(two, 2, 0x1234_02, UInt32(DIRTY_PAGE_WHY_DEADLINE))
        #expect(dirty_page_begun(two, 2) == 0x1234_02 && dirty_page_begun(two, 1) == 0)
        #expect(dirty_page_cancelled(one, 2) == 2 << 56 | 0x1234_02)
        dirty_page_unmap(one)
        dirty_page_unmap(two)
        close(descriptor)
    }

    @Test func `a handed call is claimed or taken back, by whoever comes first`() throws {
        let (descriptor, arbiter) = try page(2)
        let worker = try #require(dirty_page_map(descriptor))
        let first = dirty_page_hand(arbiter, 1, 0x77_01)
        let second = dirty_page_hand(arbiter, 1, 0x78_01)
        #expect(first != 0 && second != first)
        #expect(dirty_page_claim(worker, 1, 0x77_01, first) == 1)
        #expect(dirty_page_claim(worker, 1, 0x77_01, first) == 0)
        #expect(dirty_page_revoke(arbiter, 1, 0x77_01) == 0)
        #expect(dirty_page_revoke(arbiter, 1, 0x78_01) == 1)
        #expect(dirty_page_revoke(arbiter, 1, 0x78_01) == 0)
        #expect(dirty_page_claim(worker, 1, 0x78_01, second) == 0)
        dirty_page_unmap(arbiter)
        dirty_page_unmap(worker)
        close(descriptor)
    }

    @Test func `a call that is handed to a lane again isn't claimed by what came of it before`() throws {
        let (descriptor, page) = try page(1)
        let old = dirty_page_hand(page, 0, 0x77_00)
        #expect(dirty_page_revoke(page, 0, 0x77_00) == 1)
        let new = dirty_page_hand(page, 0, 0x77_00)
        #expect(dirty_page_claim(page, 0, 0x77_00, old) == 0)
        #expect(dirty_page_claim(page, 0, 0x77_00, new) == 1)
        for _ in 0...UInt16.max {
            #expect(dirty_page_hand(page, 0, 0x78_00) != 0)
            #expect(dirty_page_revoke(page, 0, 0x78_00) == 1)
        }
        dirty_page_unmap(page)
        close(descriptor)
    }

    @Test func `the app that is being opened is known to both`() throws {
        let (descriptor, one) = try page(1)
        let two = try #require(dirty_page_map(descriptor))
        #expect(dirty_page_opening(one) == 0)
        dirty_page_set_opening(two, 3)
        #expect(dirty_page_opening(one) == 3)
        dirty_page_set_opening(two, 0)
        #expect(dirty_page_opening(one) == 0)
        dirty_page_unmap(one)
        dirty_page_unmap(two)
        close(descriptor)
    }

    @Test func `a lane that isn't there has no words`() throws {
        let (descriptor, page) = try page(1)
        dirty_page_set_begun(page, 1, 7)
        dirty_page_set_cancelled(page, UInt32.max, 7, 1)
        #expect(dirty_page_hand(page, 1, 7) == 0)
        #expect(dirty_page_claim(page, 1, 7, 1) == 0 && dirty_page_revoke(page, 1, 7) == 0)
        #expect(dirty_page_begun(page, 1) == 0 && dirty_page_cancelled(page, UInt32.max) == 0)
        dirty_page_unmap(page)
        close(descriptor)
    }

    @Test(arguments: [0, 251, UInt32.max])
    func `a page has one to 250 lanes`(lanes: UInt32) {
        #expect(dirty_page_size(lanes) == 0)
        #expect(dirty_page_create(lanes) == -EINVAL)
    }

    @Test func `a page's size can't be changed`() throws {
        let (descriptor, page) = try page(1)
        #expect(ftruncate(descriptor, 0) == -1 && ftruncate(descriptor, 1 << 20) == -1)
        dirty_page_unmap(page)
        close(descriptor)
    }

    @Test func `a file that is no page isn't mapped, and scribbling over a mapped one moves nothing`() throws {
        let null = open("/dev/null", O_RDWR)
        #expect(dirty_page_map(null) == nil)
        close(null)
        let (descriptor, page) = try page(2)
        var noise = [UInt8](repeating: 0xFF, count: dirty_page_size(2))
        try #require(pwrite(descriptor, &noise, noise.count, 0) == noise.count)
        #expect(dirty_page_map(descriptor) == nil)
        #expect(dirty_page_lanes(page) == 2)
        #expect(dirty_page_begun(page, 1) == UInt64.max && dirty_page_begun(page, 2) == 0)
        var length = -1
        let text = dirty_page_crash_text(page, &length)
        #expect(text == nil ? length == 0 : length <= Int(DIRTY_PAGE_TEXT_BYTES))
        dirty_page_unmap(page)
        close(descriptor)
    }

    @Test func `crash text is cut where its area ends, and claimed once`() throws {
        let (descriptor, page) = try page(1)
        let area = dirty_page_crash_area(page)
        #expect(dirty_page_crash_signal(page) == 0 && dirty_page_crash_lane(page) == -1)
        #expect(dirty_trace_begin(area, SIGSEGV, 5, 99) == 1)
        #expect(dirty_trace_begin(area, SIGABRT, 6, 98) == 0)
        for _ in 0..<3 { dirty_trace_append(area, [CChar](repeating: 65, count: 10_000), 10_000) }
        var length = 0
        let text = dirty_page_crash_text(page, &length)
        #expect(length == Int(DIRTY_PAGE_TEXT_BYTES) && text?.pointee == 65)
        #expect(dirty_page_crash_signal(page) == SIGSEGV && dirty_page_crash_lane(page) == 5)
        #expect(dirty_page_crash_call(page) == 99)
        dirty_page_unmap(page)
        close(descriptor)
    }

    @Test func `descriptors travel with bytes`() throws {
        var ends: [Int32] = [0, 0]
        try #require(dirty_socketpair(&ends) == 0)
        let (descriptor, page) = try page(1)
        #expect(dirty_send_with_fds(ends[0], "hi", 2, [descriptor, descriptor], 2) == 2)
        var bytes = [UInt8](repeating: 0, count: 10)
        var fds: [Int32] = [-1, -1, -1]
        var count: Int32 = 0
        #expect(dirty_recv_with_fds(ends[1], &bytes, 10, &fds, 3, &count) == 2)
        #expect(count == 2 && fcntl(fds[0], F_GETFD) == FD_CLOEXEC)
        let copy = try #require(dirty_page_map(fds[1]))
        #expect(dirty_send_with_fds(ends[0], "hi", 2, [descriptor, descriptor], 2) == 2)
        #expect(dirty_recv_with_fds(ends[1], &bytes, 10, &fds, 1, &count) == -Int(EMSGSIZE))
        #expect(count == 0)
        close(ends[0])
        #expect(dirty_recv_with_fds(ends[1], &bytes, 10, &fds, 3, &count) == 0)
        #expect(dirty_send_with_fds(ends[1], "hi", 2, nil, 0) == -Int(EPIPE))
        dirty_page_unmap(copy)
        dirty_page_unmap(page)
        for descriptor in [descriptor, ends[1]] { close(descriptor) }
    }
}

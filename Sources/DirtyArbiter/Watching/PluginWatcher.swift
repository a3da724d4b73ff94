import ArbiterCore
import Glibc
import Logging
import NIOCore

/// Watches plugins' files, and has apps reloaded when those have changed.
///
/// Lives on the arbiter's event loop.
final class PluginWatcher: PollSource {
    /// What is waited for: a file written to its end or moved in, and what else may come before that.
    private static let mask = [
        IN_CLOSE_WRITE, IN_MOVED_TO, IN_DELETE, IN_MOVED_FROM, IN_CREATE, IN_MODIFY, IN_DELETE_SELF, IN_MOVE_SELF,
    ].reduce(0) { $0 | UInt32(bitPattern: $1) }

    private unowned let loop: ArbiterLoop
    private var list = WatchList(paths: [], directories: [])
    private var interests: [Int32: WatchList.Interest] = [:]
    private var missing: Set<String> = []
    private var changes = FileChanges()
    private var timer: Scheduled<Void>?
    private var search: Scheduled<Void>?
    private var isStopped = false

    /// Watches nothing yet.
    init(loop: ArbiterLoop) throws(ArbiterError) {
        self.loop = loop
        let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else {
            throw ArbiterError(
                .environment,
                "can't watch files: \(errorText()); raise fs.inotify.max_user_instances, or serve without --watch"
            )
        }
        super.init(descriptor: descriptor, on: loop.eventLoop)
        try start()
    }

    /// Watches what these apps are made of, in place of what was watched before.
    func watch(_ configuration: ArbiterConfiguration, _ catalogue: AppCatalogue) {
        var paths = configuration.apps.flatMap { [$0.path, $0.file] }
        for app in catalogue.hosted {
            let entry = catalogue.entries[app.rawValue]
            paths += [entry.specification.path, entry.specification.file]
            paths += entry.description.neighbours.map { FileTree.split(entry.specification.file).folder + $0 }
        }
        list = WatchList(paths: paths, directories: configuration.pluginDirectories)
        let former = Set(interests.keys)
        interests = [:]
        missing = []
        for folder in list.folders.keys { add(folder) }
        for watch in former where interests[watch] == nil { inotify_rm_watch(descriptor, watch) }
        searchLater()
    }

    /// Watches nothing any more.
    func stop() {
        isStopped = true
        timer?.cancel()
        search?.cancel()
        close()
    }

    override func happened(_ events: UInt32) {
        // The kernel gives whole events only, and none to a buffer that is too small for the next.
        let count = retryingInterrupts { read(descriptor, pollLoop.space.baseAddress, pollLoop.space.count) }
        guard count > 0 else {
            guard count == 0 || errno != EAGAIN else { return }
            loop.logger.error("Files are not watched any more", metadata: ["error": "\(errorText())"])
            return close()
        }
        let now = Instant.now
        for event in FileEvent.all(in: UnsafeRawBufferPointer(rebasing: pollLoop.space[..<count])) { took(event, now) }
        settleLater()
    }

    // MARK: Events

    private func took(_ event: FileEvent, _ now: Instant) {
        if event.has(IN_Q_OVERFLOW) {
            // Something was missed: everything may have changed.
            for interest in interests.values {
                for path in interest.files.values.joined() { changes.note(path, .written, now: now) }
            }
            return
        }
        guard let interest = interests[event.watch] else { return }
        if event.has(IN_IGNORED, IN_DELETE_SELF, IN_MOVE_SELF) {
            interests[event.watch] = nil
            missing.formUnion(list.folders.filter { isPart($0.value, of: interest) }.keys)
            searchLater()
            return
        }
        let paths = interest.paths(of: event.name)
        guard !paths.isEmpty else { return }
        for path in paths {
            if event.has(IN_CLOSE_WRITE, IN_MOVED_TO) || event.has(IN_CREATE) && Self.isWholeAtOnce(path) {
                changes.note(path, .written, now: now)
            } else if event.has(IN_DELETE, IN_MOVED_FROM) {
                changes.note(path, .removed, now: now)
            } else {
                changes.postpone(now: now)
            }
        }
    }

    /// Whether what was made at `path` has its contents already: a link, of either kind.
    private static func isWholeAtOnce(_ path: String) -> Bool {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return false }
        return facts.st_mode & S_IFMT == S_IFLNK || facts.st_nlink > 1
    }

    private func settleLater() {
        guard timer == nil, !isStopped, let settled = changes.settled else { return }
        timer = loop.eventLoop.assumeIsolated().scheduleTask(deadline: settled.deadline) { [unowned self] in
            self.timer = nil
            guard let settled = self.changes.settled else { return }
            if settled <= .now { self.reload() } else { self.settleLater() }
        }
    }

    private func reload() {
        let directories = loop.configuration.pluginDirectories.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        let paths = changes.take(
            exists: { access($0, F_OK) == 0 },
            isOptional: { directories.contains(FileTree.split($0).folder) }
        )
        guard !paths.isEmpty else { return }
        loop.reloads.request(ReloadScope(paths: paths))
    }

    // MARK: Folders

    private func add(_ folder: String) {
        guard let interest = list.folders[folder] else { return }
        let watch = inotify_add_watch(descriptor, folder, Self.mask)
        guard watch >= 0 else {
            missing.insert(folder)
            return
        }
        // One folder under two names has one watch.
        interests[watch] = interests[watch]?.union(interest) ?? interest
    }

    private func isPart(_ interest: WatchList.Interest, of whole: WatchList.Interest) -> Bool {
        whole.union(interest) == whole
    }

    /// Looks again and again for folders that are gone: nothing tells when they come back.
    private func searchLater() {
        guard search == nil, !isStopped, !missing.isEmpty else { return }
        search = loop.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [unowned self] in
            self.search = nil
            let sought = self.missing
            self.missing = []
            for folder in sought { self.add(folder) }
            for folder in sought.subtracting(self.missing) { self.foundAgain(folder) }
            self.searchLater()
            self.settleLater()
        }
    }

    /// What is in a folder that has come back counts as written.
    private func foundAgain(_ folder: String) {
        guard let interest = list.folders[folder] else { return }
        for path in interest.files.values.joined() { changes.note(path, .written, now: .now) }
        for path in (FileTree.names(in: folder) ?? []).flatMap(interest.paths) {
            changes.note(path, .written, now: .now)
        }
    }
}

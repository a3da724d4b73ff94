/// Which slots there are and which apps each hosts: a pure function of the apps and of the numbers asked for.
///
/// Apps without a number of their own are on every shared slot; `PATH:N` apps are on N shared slots, spread so that
/// none hosts many of them; an isolated app has slots that host nothing else. What a slot hosts never changes: more
/// workers are new slots, fewer are the highest slots that no app needs, and a slot closed before is opened first. A
/// reload that changes what must be hosted where opens and closes slots, too.
struct Placement: Sendable {
    /// A slot's part in the placement; `SlotID(n)` is the n-th.
    struct Place: Hashable, Sendable {
        /// The apps it hosts, in configuration order.
        let apps: [AppID]
        /// The app that it is for alone; nil for a shared slot.
        let owner: AppID?
        /// Whether an app that it hosts would be short of workers without it.
        var isNeeded: Bool
        /// Whether it is to have a worker.
        var isOpen: Bool
    }

    /// What a reload changes: the places that stay, and those to be opened and closed.
    struct Plan: Hashable, Sendable {
        /// Open places that host what they hosted.
        var kept: [Int] = []
        /// Places to be opened; new ones stand closed among the places already.
        var opened: [Int] = []
        /// Open places to be closed.
        var closed: [Int] = []
        /// The places, of those kept and opened, that an app needs.
        var needed: Set<Int> = []
    }

    /// The apps by their id; nil for one that was removed.
    private var apps: [AppConfiguration?]
    /// All slots ever opened, by number.
    private(set) var places: [Place] = []
    /// Apps put out of shared slots because they fail there, and how many places each has lost.
    private(set) var exiled: [AppID: Int] = [:]

    /// No slots yet.
    init(apps: [AppConfiguration]) {
        self.apps = apps
    }

    // MARK: Scaling

    /// Opens and closes slots so that there are `workers` of them for the apps that leave the number to the pool, and
    /// never fewer than the apps need.
    mutating func scale(to workers: Int) {
        if places.allSatisfy({ !$0.isOpen }) {
            guard workers > 0 else { return }
            let plan = plan(for: apps, workers: workers)
            for index in plan.opened { places[index].isOpen = true }
            for index in plan.needed { places[index].isNeeded = true }
            return
        }
        resize(owner: nil, hosting: Self.unlimitedShared(apps).filter { exiled[$0] == nil }, to: workers)
        for (app, configuration) in zip(apps.indices, apps) {
            guard let configuration, configuration.isIsolated else { continue }
            resize(owner: AppID(app), hosting: [AppID(app)], to: configuration.workers ?? max(workers, 1))
        }
    }

    /// Brings the number of open slots of one kind to `wanted`, as far as needed slots allow.
    private mutating func resize(owner: AppID?, hosting hosted: [AppID], to wanted: Int) {
        guard !hosted.isEmpty else { return }
        var excess = places.count { $0.owner == owner && $0.isOpen } - max(wanted, 1)
        for index in places.indices.reversed() where places[index].owner == owner && places[index].isOpen {
            guard excess > 0 else { break }
            guard !places[index].isNeeded else { continue }
            places[index].isOpen = false
            excess -= 1
        }
        while excess < 0 {
            places[closedPlace(hosting: hosted, owner: owner)].isOpen = true
            excess += 1
        }
    }

    // MARK: Reloading

    /// Plans for other apps or another number of workers: what fits stays as it is.
    ///
    /// Opens and closes nothing itself: see `setOpen` and `adopt`.
    mutating func plan(for apps: [AppConfiguration?], workers: Int) -> Plan {
        var plan = Plan()
        var missing = Self.wanted(for: apps, workers: workers)
        for index in places.indices where places[index].isOpen {
            let match = missing.firstIndex { $0.apps == places[index].apps && $0.owner == places[index].owner }
            guard let match else {
                plan.closed.append(index)
                continue
            }
            plan.kept.append(index)
            if missing.remove(at: match).isNeeded { plan.needed.insert(index) }
        }
        for place in missing {
            let index = closedPlace(hosting: place.apps, owner: place.owner, except: plan.opened)
            plan.opened.append(index)
            if place.isNeeded { plan.needed.insert(index) }
        }
        return plan
    }

    /// Opens or closes a place, as a plan says.
    mutating func setOpen(_ index: Int, _ isOpen: Bool) {
        places[index].isOpen = isOpen
    }

    /// The plan has been carried out: these are the apps now.
    mutating func adopt(_ plan: Plan, apps: [AppConfiguration?]) {
        self.apps = apps
        exiled = [:]
        for index in places.indices { places[index].isNeeded = plan.needed.contains(index) }
    }

    // MARK: Exile

    /// Puts an app out of a shared slot in which it fails: the slot is closed, another hosts the rest of its apps, and
    /// the app gets one of its own if it has none.
    mutating func exile(_ app: AppID, from index: Int) {
        let place = places[index]
        precondition(place.apps.count > 1 && place.apps.contains(app), "slot \(index) can't be rid of app \(app)")
        exiled[app, default: 0] += 1
        places[index].isOpen = false
        let rest = closedPlace(hosting: place.apps.filter { $0 != app }, owner: place.owner)
        places[rest].isOpen = true
        places[rest].isNeeded = place.isNeeded
        if !places.contains(where: { $0.isOpen && $0.owner == app }) { openOwn(app) }
    }

    /// An exiled app works after all: it gets as many places as it has lost.
    mutating func settle(_ app: AppID) {
        let lost = exiled[app] ?? 0
        while places.count(where: { $0.isOpen && $0.owner == app }) < lost { openOwn(app) }
    }

    private mutating func openOwn(_ app: AppID) {
        let own = closedPlace(hosting: [app], owner: app)
        places[own].isOpen = true
        places[own].isNeeded = true
    }

    // MARK: What is wanted

    /// A closed place of this kind: one that was open before, or a new one.
    private mutating func closedPlace(hosting hosted: [AppID], owner: AppID?, except: [Int] = []) -> Int {
        let known = places.indices.first {
            !places[$0].isOpen && places[$0].owner == owner && places[$0].apps == hosted && !except.contains($0)
        }
        if let known {
            places[known].isNeeded = false
            return known
        }
        places.append(Place(apps: hosted, owner: owner, isNeeded: false, isOpen: false))
        return places.count - 1
    }

    private static func unlimitedShared(_ apps: [AppConfiguration?]) -> [AppID] {
        zip(apps.indices, apps).compactMap { index, app in
            app.map { !$0.isIsolated && $0.workers == nil } ?? false ? AppID(index) : nil
        }
    }

    /// The places for these apps and so many workers, all open; none for no workers.
    private static func wanted(for apps: [AppConfiguration?], workers: Int) -> [Place] {
        guard workers > 0 else { return [] }
        var wanted = shared(apps, workers)
        for (index, app) in zip(apps.indices, apps) {
            guard let app, app.isIsolated else { continue }
            let place = Place(apps: [AppID(index)], owner: AppID(index), isNeeded: false, isOpen: true)
            wanted += Array(repeating: place, count: app.workers ?? workers)
        }
        return wanted
    }

    /// The shared slots: as many as asked for or as the most demanding app needs, without those left empty.
    private static func shared(_ apps: [AppConfiguration?], _ workers: Int) -> [Place] {
        let limits = zip(apps.indices, apps).compactMap { index, app in
            app.flatMap { $0.isIsolated ? nil : $0.workers }.map { (app: AppID(index), workers: $0) }
        }
        var limited = Array(repeating: [AppID](), count: max(workers, limits.map(\.workers).max() ?? 0))
        for (app, workers) in limits {
            let emptiest = limited.indices.sorted { (limited[$0].count, $0) < (limited[$1].count, $1) }
            for slot in emptiest.prefix(workers) { limited[slot].append(app) }
        }
        let unlimited = unlimitedShared(apps)
        return limited.compactMap { apps in
            let hosted = (apps + unlimited).sorted()
            return hosted.isEmpty ? nil : Place(apps: hosted, owner: nil, isNeeded: !apps.isEmpty, isOpen: true)
        }
    }
}

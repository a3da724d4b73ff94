/// Which slots there are and which apps each hosts: a pure function of the apps and of the numbers asked for.
///
/// Apps without a number of their own are on every shared slot; `PATH:N` apps are on N shared slots, spread so that
/// none hosts many of them; an isolated app has slots that host nothing else. What a slot hosts never changes: more
/// workers are new slots, fewer are the highest slots that no app needs, and a slot closed before is opened first.
struct Placement: Sendable {
    /// A slot's part in the placement; `SlotID(n)` is the n-th.
    struct Place: Hashable, Sendable {
        /// The apps it hosts, in configuration order.
        var apps: [AppID]
        /// The isolated app that it is for; nil for a shared slot.
        let owner: AppID?
        /// Whether an app that it hosts would be short of workers without it.
        var isNeeded: Bool
        /// Whether it is to have a worker.
        var isOpen: Bool
    }

    private let apps: [AppConfiguration]
    /// All slots ever opened, by number.
    private(set) var places: [Place] = []

    /// No slots yet.
    init(apps: [AppConfiguration]) {
        self.apps = apps
    }

    /// Opens and closes slots so that there are `workers` of them for the apps that leave the number to the pool, and
    /// never fewer than the apps need.
    mutating func scale(to workers: Int) {
        if places.isEmpty {
            guard workers > 0 else { return }
            placeShared(workers)
        } else {
            resize(owner: nil, hosting: unlimitedShared, to: workers)
        }
        for (index, app) in apps.enumerated() where app.isIsolated {
            resize(owner: AppID(index), hosting: [AppID(index)], to: app.workers ?? max(workers, 1))
        }
    }

    private var unlimitedShared: [AppID] {
        apps.indices.filter { !apps[$0].isIsolated && apps[$0].workers == nil }.map { AppID($0) }
    }

    /// The first shared slots: as many as asked for or as the most demanding app needs, without those left empty.
    private mutating func placeShared(_ workers: Int) {
        let shared = apps.indices.filter { !apps[$0].isIsolated }
        let count = max(workers, shared.compactMap { apps[$0].workers }.max() ?? 0)
        var limited = Array(repeating: [AppID](), count: count)
        for app in shared {
            let wanted = apps[app].workers ?? 0
            let emptiest = limited.indices.sorted { (limited[$0].count, $0) < (limited[$1].count, $1) }
            for slot in emptiest.prefix(wanted) { limited[slot].append(AppID(app)) }
        }
        for apps in limited {
            let hosted = (apps + unlimitedShared).sorted()
            guard !hosted.isEmpty else { continue }
            places.append(Place(apps: hosted, owner: nil, isNeeded: !apps.isEmpty, isOpen: true))
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
        for index in places.indices where places[index].owner == owner && !places[index].isOpen {
            guard excess < 0 else { break }
            places[index].isOpen = true
            excess += 1
        }
        while excess < 0 {
            places.append(Place(apps: hosted, owner: owner, isNeeded: false, isOpen: true))
            excess += 1
        }
    }
}

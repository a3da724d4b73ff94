import Testing

@testable import ArbiterCore

@Suite("Placement")
struct PlacementTests {
    private static func app(_ workers: Int? = nil, isolated: Bool = false) -> AppConfiguration {
        var app = AppConfiguration(name: "a", workers: workers)
        app.isIsolated = isolated
        return app
    }

    private static func placement(_ apps: [AppConfiguration], workers: Int) -> Placement {
        var placement = Placement(apps: apps)
        placement.scale(to: workers)
        return placement
    }

    /// What the open slots host, by number.
    private static func open(_ placement: Placement) -> [Int: [Int]] {
        var open: [Int: [Int]] = [:]
        for (slot, place) in placement.places.enumerated() where place.isOpen {
            open[slot] = place.apps.map(\.rawValue)
        }
        return open
    }

    @Test("Apps without a number are on every slot")
    func all() {
        #expect(Self.open(Self.placement([Self.app(), Self.app()], workers: 2)) == [0: [0, 1], 1: [0, 1]])
    }

    @Test("No workers, or no apps, no slots")
    func none() {
        #expect(Self.placement([Self.app(2)], workers: 0).places.isEmpty)
        #expect(Self.placement([], workers: 4).places.isEmpty)
    }

    @Test("A limited app is on as many slots as it names, and several spread over the slots")
    func spread() {
        let placement = Self.placement([Self.app(1), Self.app(), Self.app(1), Self.app(1)], workers: 2)
        #expect(Self.open(placement) == [0: [0, 1, 3], 1: [1, 2]])
    }

    @Test("There are as many slots as the most demanding app needs")
    func floor() {
        #expect(Self.open(Self.placement([Self.app(3), Self.app()], workers: 1)).count == 3)
    }

    @Test("A slot that would host nothing isn't made")
    func empties() {
        #expect(Self.open(Self.placement([Self.app(1)], workers: 4)) == [0: [0]])
    }

    @Test("An isolated app has slots of its own: its number, or as many as there are workers")
    func isolated() {
        let placement = Self.placement([Self.app(), Self.app(isolated: true), Self.app(1, isolated: true)], workers: 2)
        #expect(Self.open(placement) == [0: [0], 1: [0], 2: [1], 3: [1], 4: [2]])
    }

    @Test("Fewer workers close the highest slots that no app needs; more open them again before new ones")
    func scale() {
        var placement = Self.placement([Self.app(), Self.app(1)], workers: 3)
        placement.scale(to: 1)
        #expect(Self.open(placement) == [0: [0, 1]])
        placement.scale(to: 4)
        #expect(Self.open(placement) == [0: [0, 1], 1: [0], 2: [0], 3: [0]])
        #expect(placement.places.count == 4)
    }

    @Test("A limited app keeps its slots, whatever is asked for")
    func neverBelow() {
        var placement = Self.placement([Self.app(2), Self.app(2), Self.app()], workers: 4)
        #expect(Self.open(placement) == [0: [0, 2], 1: [0, 2], 2: [1, 2], 3: [1, 2]])
        placement.scale(to: 1)
        #expect(Self.open(placement).count == 4)
        placement.scale(to: 0)
        #expect(Self.open(placement).count == 4)
    }

    @Test("Never below one, once there are workers; and from none to some as from the start")
    func neverZero() {
        var placement = Self.placement([Self.app()], workers: 3)
        placement.scale(to: 0)
        #expect(Self.open(placement) == [0: [0]])
        var later = Self.placement([Self.app()], workers: 0)
        later.scale(to: 2)
        #expect(Self.open(later) == [0: [0], 1: [0]])
    }

    @Test("Isolated apps without a number follow the pool's; those with one don't")
    func isolatedScale() {
        var placement = Self.placement([Self.app(isolated: true), Self.app(2, isolated: true)], workers: 1)
        #expect(Self.open(placement) == [0: [0], 1: [1], 2: [1]])
        placement.scale(to: 3)
        #expect(Self.open(placement) == [0: [0], 1: [1], 2: [1], 3: [0], 4: [0]])
        placement.scale(to: 2)
        #expect(Self.open(placement) == [0: [0], 1: [1], 2: [1], 3: [0]])
    }

    @Test("What a slot hosts never changes, and every app always has its number, through any changes")
    func random() {
        var random = RandomSource(seed: 11)
        for _ in 0..<300 {
            let apps = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                Self.app(
                    random.chance(0.5) ? Int.random(in: 1...5, using: &random) : nil,
                    isolated: random.chance(0.3)
                )
            }
            var placement = Placement(apps: apps)
            var hosted: [[AppID]] = []
            for _ in 0..<6 {
                let wanted = Int.random(in: 1...6, using: &random)
                placement.scale(to: wanted)
                #expect(Array(placement.places.map(\.apps).prefix(hosted.count)) == hosted)
                hosted = placement.places.map(\.apps)
                for (index, app) in apps.enumerated() {
                    let count = placement.places.count { $0.isOpen && $0.apps.contains(AppID(index)) }
                    #expect(app.workers.map { $0 == count } ?? (count >= wanted))
                }
            }
        }
    }
}

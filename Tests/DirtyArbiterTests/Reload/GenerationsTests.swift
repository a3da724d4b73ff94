import ArbiterCore
import Testing

@testable import DirtyArbiter

@Suite("Generations")
struct GenerationsTests {
    /// A catalogue of apps called a, b, … with these images.
    private func catalogue(_ generation: Int, images: [Int]) -> AppCatalogue {
        let entries = zip(["a", "b", "c"], images).map { AppCatalogue.Entry(app($0), plugin($1)) }
        return AppCatalogue(generation: generation, entries: entries, skipped: [])
    }

    @Test("an image goes when neither clients' apps nor a worker or slot of its generation needs it")
    func images() {
        var generations = Generations(catalogue(0, images: [1, 2]))
        generations.add(catalogue(1, images: [3, 2]))
        generations.publish(1)
        // A slot of the first generation hosts the second app only.
        #expect(generations.sweep([(0, [AppID(1)]), (1, [AppID(0)])]).map(\.number) == [1])
        #expect(generations.sweep([(0, [AppID(1)])]).isEmpty)
        generations.add(catalogue(2, images: [3, 4]))
        generations.publish(2)
        #expect(generations.sweep([(0, [AppID(1)])]).isEmpty)
        generations.forget(0)
        generations.forget(1)
        #expect(generations.sweep([]).map(\.number) == [2])
        #expect(generations.current.generation == 2)
    }

    @Test("clients see a generation when it is published, workers as soon as it is added")
    func publishing() {
        var generations = Generations(catalogue(0, images: [1]))
        generations.add(catalogue(1, images: [2, 3]))
        #expect(generations.current.find("b") == nil)
        #expect(generations[1].find("b") != nil)
        #expect(generations.entry(of: AppID(1))?.specification.name == "b")
        generations.publish(1)
        #expect(generations.current.find("b")?.app == AppID(1))
    }

    @Test("the ids of apps that an abandoned generation added stay theirs")
    func abandoned() {
        var generations = Generations(catalogue(0, images: [1]))
        generations.add(catalogue(1, images: [2, 3]))
        generations.abandon(1)
        #expect(generations.current.find("b") == nil)
        #expect(generations.current.entries.map(\.isRemoved) == [false, true])
        #expect(generations.current.coreApps(configuration()).count == 2)
        // The removed app's image isn't kept for it.
        generations.forget(1)
        #expect(generations.sweep([(0, [AppID(0)])]).map(\.number) == [2, 3])
        #expect(generations[0].entries.count == 2)
    }
}

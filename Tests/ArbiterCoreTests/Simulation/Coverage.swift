@testable import ArbiterCore
final class Coverage {
    func note(_ event: World.Event, in world: World) {}
}

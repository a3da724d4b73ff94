extension ArbiterCore {
    /// A connection was accepted.
    public mutating func clientConnected(_ client: ClientID) {
        clientIndex.insert(client.rawValue, index: clients.insert(Client(id: client)))
    }

    /// A connection is gone: its waiting calls are dropped, its running ones are told to stop and keep their lanes until
    /// they end.
    public mutating func clientDisconnected(_ client: ClientID, now: Instant) -> [Action] {
        let client = place(of: client)
        var actions: [Action] = []
        while clients[client].firstCall >= 0 {
            let index = clients[client].firstCall
            let (id, state, worker, lane) = (
                calls[index].id, calls[index].state, calls[index].worker, calls[index].lane
            )
            apps[calls[index].app].outcomes.cancelled += 1
            if state == .handed { revoke(worker, lane, &actions) }
            end(index)
            switch state {
            case .waiting, .handed:
                break
            case .running, .streaming:
                tellToStop(worker, lane, .cancelled, &actions)
                abandon(worker, lane, isFatal: killsOnDisconnect(worker, lane), now, &actions)
            }
            actions.append(.drop(id))
        }
        clientIndex.remove(clients[client].id.rawValue)
        clients.remove(at: client)
        return actions
    }

    /// The connection's unsent replies have passed their bound: lanes that stream to it aren't read until it has caught
    /// up, and their calls' clocks stand still.
    public mutating func clientBlocked(_ client: ClientID, now: Instant) -> [Action] {
        let client = place(of: client)
        clients[client].isBlocked = true
        var actions: [Action] = []
        for index in callIndices(ofClient: client) {
            switch calls[index].state {
            case .waiting, .handed, .running: break
            case .streaming: pause(calls[index].worker, calls[index].lane, now, &actions)
            }
        }
        return actions
    }

    /// The connection has caught up.
    public mutating func clientUnblocked(_ client: ClientID, now: Instant) -> [Action] {
        let client = place(of: client)
        clients[client].isBlocked = false
        var actions: [Action] = []
        for index in callIndices(ofClient: client) {
            switch calls[index].state {
            case .waiting, .handed, .running: break
            case .streaming: resume(calls[index].worker, calls[index].lane, now, &actions)
            }
        }
        return actions
    }

    private func place(of client: ClientID) -> Int {
        guard let index = clientIndex[client.rawValue] else {
            preconditionFailure("client \(client.rawValue) isn't connected")
        }
        return index
    }

    private func callIndices(ofClient client: Int) -> [Int] {
        var indices: [Int] = []
        var index = clients[client].firstCall
        while index >= 0 {
            indices.append(index)
            index = calls[index].nextOfClient
        }
        return indices
    }

    /// Counts a new call as its client's.
    mutating func linkToClient(_ index: Int) {
        let client = calls[index].client
        let next = clients[client].firstCall
        calls[index].nextOfClient = next
        if next >= 0 { calls[next].previousOfClient = index }
        clients.update(client) { client in
            client.firstCall = index
            client.calls += 1
        }
    }

    /// Counts an ended call as its client's no more.
    mutating func unlinkFromClient(_ index: Int) {
        let (previous, next) = (calls[index].previousOfClient, calls[index].nextOfClient)
        if previous >= 0 { calls[previous].nextOfClient = next }
        if next >= 0 { calls[next].previousOfClient = previous }
        clients.update(calls[index].client) { client in
            if previous < 0 { client.firstCall = next }
            client.calls -= 1
        }
    }
}

import ArbiterCore
import CDirtyLink

/// Calls that are sent to a lane while it runs another; the shared page says who has them.
extension WorkerProcess {
    /// Lets the busy lane begin the call when it is free, and writes the request.
    func hand(_ pending: PendingCall, _ call: CallID, lane: LaneID, app: AppID, deadline: Instant?, run: Duration?) {
        let id = LaneCall.wireID(sequence: call.sequence, lane: lane.index)
        // On the page before it is in the socket, or the worker could get to it and find no leave to begin it.
        let ticket = dirty_page_hand(page, UInt32(lane.index), id)
        pending.write(
            to: self.lane(lane.index),
            call,
            app: position(of: app),
            deadline: deadline,
            ticket: ticket,
            run: run
        )
    }

    /// Takes the call back from the lane; false if it has begun.
    ///
    /// What was written of it stays in the socket, and the worker skips it.
    func revoke(_ call: CallID, lane: Int) -> Bool {
        dirty_page_revoke(page, UInt32(lane), LaneCall.wireID(sequence: call.sequence, lane: lane)) == 1
    }
}

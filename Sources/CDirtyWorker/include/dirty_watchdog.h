/// The thread that ends the worker when its arbiter is gone.
#ifndef DIRTY_WATCHDOG_H
#define DIRTY_WATCHDOG_H

/// Starts the watchdog: when the peer of `control` is gone, it kills this process and, if this process leads its
/// process group, the whole group. It allocates nothing, takes no lock, blocks all signals and reads no data, so that
/// it works whatever plugin code does to the process. Returns 0 or `-errno`.
int dirty_watchdog_start(int control);

/// Does what the watchdog would do, if there is reason for it now: for a thread that is about to end the process, which
/// would leave the children of plugins to nobody. Any thread; nothing happens before `dirty_watchdog_start`.
void dirty_watchdog_look(void);

#endif

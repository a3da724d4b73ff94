/// The thread that ends the worker when its arbiter is gone.
#ifndef DIRTY_WATCHDOG_H
#define DIRTY_WATCHDOG_H

/// Starts the watchdog: when the peer of `control` is gone, it kills this process and, if this process leads its
/// process group, the whole group. It allocates nothing, takes no lock, blocks all signals and reads no data, so that
/// it works whatever plugin code does to the process. Returns 0 or `-errno`.
int dirty_watchdog_start(int control);

#endif

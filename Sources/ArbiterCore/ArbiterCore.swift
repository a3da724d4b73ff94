// A map of this module. The core decides; it performs nothing, and is told the time.
//
//   ArbiterCore.swift            the machine: its state, and this map
//   ArbiterCore+*.swift          its events, a file for each concern
//   Action.swift                 what it asks of the shell
//   CoreConfiguration.swift      what it is told at the start
//   Identifiers.swift            names of apps, slots, workers, lanes, clients, calls
//   Calls/                       a call's life; backlogs
//   Workers/                     slots, workers, lanes, backoff, placement
//   Time/                        instants and the heap of deadlines

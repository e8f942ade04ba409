package io.tickgate.gateway.model;

/** What stands in a channel's history: an update, or the note that there is none to be had. Immutable, any thread. */
public sealed interface Entry permits Publication, Gap {

    Topic topic();

    /** The first seq it stands for. */
    long from();

    /** The last seq it stands for. */
    long seq();

    /** The node-wide number, which rises over all channels. */
    long number();

    /** {@link System#nanoTime()} at ingest. */
    long ingestNanos();

    /** Heap bytes it keeps, about. */
    int weightBytes();
}

package io.tickgate.gateway.wire;

import io.netty.buffer.ByteBuf;

/** Whose bytes runs are made of: what a loop encodes in a turn, or a stretch of a stream that connections share. */
public sealed interface RunSource permits FormatTurn, KeyframePeriod {

    /** The bytes of a run of this turn; shared, so not to be released and its indices not to be moved. */
    ByteBuf bytes(Run run);
}

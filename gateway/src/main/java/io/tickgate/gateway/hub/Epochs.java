package io.tickgate.gateway.hub;

import java.security.SecureRandom;

import io.tickgate.gateway.model.Kind;

/** Names the lives of channels, so that no two of them have the same name, at this gateway or another. Owned by the dispatcher. */
final class Epochs {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PREFIXES = 36 * 36 * 36 * 36 * 36;
    /** Of channels that their publisher numbers: their positions are the same on all nodes. */
    private static final String PUBLISHERS = "p";

    /** Tells this process's epochs from another's. */
    private final String prefix = Integer.toString(RANDOM.nextInt(PREFIXES), 36);
    private long count;

    /** A channel's first life here. */
    String first(Kind kind) {
        return kind.seqField() == null ? next() : PUBLISHERS;
    }

    /** Another life. */
    String next() {
        return prefix + "x" + Long.toString(count++, 36);
    }
}

package io.tickgate.gateway.model;

/** Checks of settings that name the key, the value and what is allowed. */
public final class Require {

    private Require() {}

    /** @throws IllegalArgumentException unless {@code min <= value <= max} */
    public static void range(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " is " + value + ", allowed is " + min + " to " + max);
        }
    }

    /** @throws IllegalArgumentException unless the condition holds */
    public static void that(boolean condition, String key, Object value, String allowed) {
        if (!condition) {
            throw new IllegalArgumentException(key + " is " + value + ", allowed is " + allowed);
        }
    }
}

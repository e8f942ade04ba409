package io.tickgate.gateway.model;

/** What a consumer that is behind gets. */
public enum DeliveryMode {
    /** Nothing is skipped without a gap. */
    EVERY,
    /** The newest value per channel; payloads are whole states, and the last one is a new subscriber's snapshot. */
    LATEST
}

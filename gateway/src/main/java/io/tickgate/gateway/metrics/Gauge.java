package io.tickgate.gateway.metrics;

/** What is counted up and down, per loop; the metric is the sum over all loops. */
public enum Gauge {
    // @formatter:off
    ROOMS("rooms", "Rooms: channels with subscribers, counted once per event loop"),
    SUBSCRIPTIONS("subscriptions", "Subscriptions of all sessions"),
    CHANNELS("channels", "Channels whose state the gateway keeps"),
    USERS("users", "Users with at least one connection"),
    UPSTREAM_UP("upstream_up", "1 while the broker is connected and every subscription confirmed"),
    HISTORY_BYTES("history_bytes", "Heap bytes of all channels' histories"),
    SLOW_READERS("slow_readers", "Sessions whose connection takes no more for now"),
    SHARED_STREAMS("shared_streams", "Compressed streams that connections with the same subscriptions share"),
    TLS_CERTIFICATE_EXPIRES("tls_certificate_expires_seconds",
            "When the TLS certificate expires, in seconds since 1970; 0 without TLS");
    // @formatter:on

    private final String metric;
    private final String meaning;

    Gauge(String metric, String meaning) {
        this.metric = metric;
        this.meaning = meaning;
    }

    /** The Prometheus name without prefix {@code tickgate_}. */
    public String metric() {
        return metric;
    }

    public String meaning() {
        return meaning;
    }
}

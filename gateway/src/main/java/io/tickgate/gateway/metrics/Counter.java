package io.tickgate.gateway.metrics;

/** Everything that is counted, with its Prometheus name, labels and meaning; the documentation is made from it. */
public enum Counter {
    // @formatter:off
    PUBLICATIONS("publications", "", "Publications taken in and numbered"),
    PUBLICATION_BYTES("publication_bytes", "", "Payload bytes of the publications taken in"),
    PAYLOAD_REFUSED("publications_refused", "reason=\"payload\"", "Publications dropped: payload not valid JSON or UTF-8, too deep"),
    PAYLOAD_TOO_BIG("publications_refused", "reason=\"size\"", "Publications dropped: payload over the limit"),
    CHANNEL_REFUSED("publications_refused", "reason=\"channel\"",
            "Publications dropped: bad channel name, unknown kind or too many channels"),
    SEQUENCE_REFUSED("publications_refused", "reason=\"sequence\"",
            "Publications dropped: no usable integer in the member that numbers their kind"),
    PUBLISHER_TIME_IGNORED("publisher_time_ignored", "", "Publications whose ts was more than an hour away from now"),
    MAILBOX_FULL("mailbox_full", "", "Hand-overs to a loop that found its mailbox full and were left to the history"),
    UPSTREAM_OUTAGES("upstream_outages", "", "Times the broker connection was lost"),

    PUBLICATIONS_REPEATED("publications_repeated", "",
            "Publications dropped by their publisher's own number: duplicates, and latecomers whose absence was announced"),

    DELIVERIES("deliveries", "", "Updates written to a connection"),
    SNAPSHOTS("snapshots", "", "Last values sent to new subscribers"),
    GAPS("gaps", "", "Gap notices sent"),
    DELIVERED_BYTES("delivered_bytes", "", "Bytes of updates written to connections, framing included"),

    SHARED_DELIVERIES("shared_deliveries", "", "Updates written from a compressed stream that connections share"),
    SHARED_STREAMS_LEFT("shared_streams_left", "", "Times a connection got bytes of its own and left the compressed stream that it shared"),

    UPDATES_DUE("updates_due", "", "Seqs that subscribers were to get"),
    UPDATES_DELIVERED("updates", "outcome=\"delivered\"", "What became of the seqs that were due"),
    UPDATES_CONFLATED("updates", "outcome=\"conflated\"", "What became of the seqs that were due"),
    UPDATES_GAPPED("updates", "outcome=\"gapped\"", "What became of the seqs that were due"),
    UPDATES_ABANDONED("updates", "outcome=\"abandoned\"", "What became of the seqs that were due"),
    HISTORIES_EVICTED("histories_evicted", "", "Channels whose history went to keep all of them within their bytes"),

    CONNECTIONS_ACCEPTED("connections_accepted", "", "TCP connections accepted"),
    CONNECTIONS_CLOSED("connections_closed", "", "TCP connections closed"),
    CONNECTIONS_REFUSED("connections_refused", "", "TCP connections closed at once: too many"),
    WEBSOCKETS_HTTP1("websockets_opened", "http=\"1.1\"", "WebSockets opened, by the HTTP that carries them"),
    WEBSOCKETS_HTTP2("websockets_opened", "http=\"2\"", "WebSockets opened, by the HTTP that carries them"),
    HTTP_REQUESTS("http_requests", "", "HTTP requests, streams and upgrades included"),
    HTTP_REFUSED("http_refused", "", "HTTP requests answered with a 4xx"),
    HTTP_MALFORMED("http_malformed", "", "HTTP connections or requests that broke the protocol or a size limit"),
    HTTP1_MALFORMED("http1_refused", "reason=\"malformed\"", "Requests of HTTP/1.x after whose refusal the connection was closed"),
    HTTP1_HEAD_SIZE("http1_refused", "reason=\"head_size\"", "Requests of HTTP/1.x after whose refusal the connection was closed"),
    HTTP1_BODY_SIZE("http1_refused", "reason=\"body_size\"", "Requests of HTTP/1.x after whose refusal the connection was closed"),
    HTTP1_TIMEOUT("http1_refused", "reason=\"timeout\"", "Requests of HTTP/1.x after whose refusal the connection was closed"),
    HTTP1_PIPELINING("http1_refused", "reason=\"pipelining\"", "Requests of HTTP/1.x after whose refusal the connection was closed"),
    HTTP1_UNSUPPORTED("http1_refused", "reason=\"unsupported\"", "Requests of HTTP/1.x after whose refusal the connection was closed"),
    TLS_HANDSHAKES_DONE("tls_handshakes", "outcome=\"done\"", "TLS handshakes by their outcome"),
    TLS_HANDSHAKES_FAILED("tls_handshakes", "outcome=\"failed\"", "TLS handshakes by their outcome"),
    TLS_HANDSHAKES_LATE("tls_handshakes", "outcome=\"timeout\"", "TLS handshakes by their outcome"),
    TLS_RELOADS_DONE("tls_reloads", "outcome=\"done\"", "Times the TLS files had changed"),
    TLS_RELOADS_FAILED("tls_reloads", "outcome=\"failed\"", "Times the TLS files had changed"),

    HTTP2_STREAMS_REFUSED("http2_streams_refused", "", "HTTP/2 requests refused since their connection had too many streams"),
    HTTP2_RAPID_RESET("http2_floods", "kind=\"rapid_reset\"", "HTTP/2 connections ended for a flood"),
    HTTP2_MADE_YOU_RESET("http2_floods", "kind=\"made_you_reset\"", "HTTP/2 connections ended for a flood"),
    HTTP2_CONTINUATION("http2_floods", "kind=\"continuation\"", "HTTP/2 connections ended for a flood"),
    HTTP2_HEADER_SIZE("http2_floods", "kind=\"header_size\"", "HTTP/2 connections ended for a flood"),
    HTTP2_PING("http2_floods", "kind=\"ping\"", "HTTP/2 connections ended for a flood"),
    HTTP2_SETTINGS("http2_floods", "kind=\"settings\"", "HTTP/2 connections ended for a flood"),
    HTTP2_PRIORITY("http2_floods", "kind=\"priority\"", "HTTP/2 connections ended for a flood"),
    HTTP2_EMPTY_FRAMES("http2_floods", "kind=\"empty_frames\"", "HTTP/2 connections ended for a flood"),
    HTTP2_UNKNOWN_FRAMES("http2_floods", "kind=\"unknown_frames\"", "HTTP/2 connections ended for a flood"),
    HTTP2_WINDOW_UPDATES("http2_floods", "kind=\"window_updates\"", "HTTP/2 connections ended for a flood"),
    HTTP2_TINY_WINDOWS("http2_floods", "kind=\"tiny_windows\"", "HTTP/2 connections ended for a flood"),

    SESSIONS_OPENED_WEBSOCKET("sessions_opened", "transport=\"websocket\"", "Sessions opened"),
    SESSIONS_OPENED_SSE("sessions_opened", "transport=\"sse\"", "Sessions opened"),
    SESSIONS_OPENED_SOCKETIO("sessions_opened", "transport=\"socketio\"", "Sessions opened"),
    SESSIONS_CLOSED_WEBSOCKET("sessions_closed", "transport=\"websocket\"", "Sessions ended"),
    SESSIONS_CLOSED_SSE("sessions_closed", "transport=\"sse\"", "Sessions ended"),
    SESSIONS_CLOSED_SOCKETIO("sessions_closed", "transport=\"socketio\"", "Sessions ended"),
    SESSIONS_OPENED_LONGPOLL("sessions_opened", "transport=\"longpoll\"", "Sessions opened"),
    SESSIONS_CLOSED_LONGPOLL("sessions_closed", "transport=\"longpoll\"", "Sessions ended"),
    SESSIONS_RECOVERED("sessions_recovered", "", "Socket.IO sessions that went on where they had left off"),
    SESSIONS_NOT_RECOVERED("sessions_not_recovered", "",
            "Socket.IO clients that wanted to go on where they had left off and began anew"),
    SESSIONS_FORGOTTEN("sessions_forgotten", "", "Left Socket.IO sessions forgotten before their time, since there were too many"),
    COMMANDS("commands", "", "Commands executed"),
    COMMANDS_REFUSED("commands_refused", "", "Commands or single channels of them refused with an error code"),
    FRAMES_REFUSED("frames_refused", "", "Inbound frames, packets or messages that broke their protocol or a limit"),
    FRAGMENTS_REFUSED("fragmented_messages_refused", "", "WebSocket messages refused: more than 65,536 fragments"),
    ATTACHMENTS_REFUSED("attachments_refused", "", "Socket.IO packets refused: too many binary attachments, or too many bytes of them"),
    ACKS_FORGOTTEN("acks_forgotten", "", "Socket.IO acknowledgements no longer waited for, since too many were asked for"),
    TOKENS_REFUSED("tokens_refused", "", "Tokens that did not verify or had expired"),

    CLOSED_SLOW("disconnects", "reason=\"slow_consumer\"", "Sessions ended by the gateway"),
    CLOSED_HEARTBEAT("disconnects", "reason=\"heartbeat\"", "Sessions ended by the gateway"),
    CLOSED_EXPIRED("disconnects", "reason=\"token_expired\"", "Sessions ended by the gateway"),
    CLOSED_BAD_REQUEST("disconnects", "reason=\"bad_request\"", "Sessions ended by the gateway"),
    CLOSED_TOO_MANY("disconnects", "reason=\"too_many\"", "Sessions ended by the gateway"),
    CLOSED_INTERNAL("disconnects", "reason=\"internal\"", "Sessions ended by the gateway"),
    CLOSED_OTHER("disconnects", "reason=\"other\"", "Sessions ended by the gateway"),

    LAST_VALUE_HITS("last_value_hits", "", "Snapshot reads that found a last value"),
    LAST_VALUE_MISSES("last_value_misses", "", "Snapshot reads that found none");
    // @formatter:on

    private final String metric;
    private final String label;
    private final String meaning;

    Counter(String metric, String label, String meaning) {
        this.metric = metric;
        this.label = label;
        this.meaning = meaning;
    }

    /** The Prometheus name without prefix {@code tickgate_} and suffix {@code _total}. */
    public String metric() {
        return metric;
    }

    /** One label as {@code name="value"}, or empty. */
    public String label() {
        return label;
    }

    public String meaning() {
        return meaning;
    }
}

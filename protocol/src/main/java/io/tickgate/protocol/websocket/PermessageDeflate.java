package io.tickgate.protocol.websocket;

import java.util.List;

/**
 * What a server and a client have agreed of the extension permessage-deflate (RFC 7692): a message may be deflated. Immutable
 * and shared: there are four of them, whatever number of connections.
 *
 * <p>Clients may never go on in the window of an earlier message, so that nothing needs to be kept of what they sent
 * (§7.1.1.2). The server may, with all 32 KB, unless the client asked it not to.
 *
 * @param serverContextTakeover whether a message to the client may refer to what earlier messages to it held (§7.1.1.1)
 * @param response the value of {@code Sec-WebSocket-Extensions} in the answer to the opening handshake
 */
public record PermessageDeflate(boolean serverContextTakeover, String response) {
    static final String NAME = "permessage-deflate";
    static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
    static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
    static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
    static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

    private static final String EVERY_RESPONSE = NAME + "; " + CLIENT_NO_CONTEXT_TAKEOVER;
    private static final String NO_SERVER_TAKEOVER = EVERY_RESPONSE + "; " + SERVER_NO_CONTEXT_TAKEOVER;
    private static final String WINDOW_CAPPED = "; " + SERVER_MAX_WINDOW_BITS + "=15";
    private static final PermessageDeflate TAKEOVER = new PermessageDeflate(true, EVERY_RESPONSE);
    private static final PermessageDeflate TAKEOVER_CAPPED = new PermessageDeflate(true,
            EVERY_RESPONSE + WINDOW_CAPPED);
    private static final PermessageDeflate NO_TAKEOVER = new PermessageDeflate(false, NO_SERVER_TAKEOVER);
    private static final PermessageDeflate NO_TAKEOVER_CAPPED = new PermessageDeflate(false,
            NO_SERVER_TAKEOVER + WINDOW_CAPPED);

    /**
     * Accepts the first of the client's offers that can be (§5).
     *
     * @param offered every {@code Sec-WebSocket-Extensions} header of the opening handshake, in order
     * @return null if none can be accepted or a header is malformed: then no message may be deflated
     */
    public static PermessageDeflate agree(List<String> offered) {
        if (offered.isEmpty()) {
            return null;
        }
        // RFC 6455 §9.1: several headers mean the same as one, its parts in the same order.
        return new PermessageDeflateOffers(String.join(",", offered)).agree();
    }

    static PermessageDeflate of(boolean serverContextTakeover, boolean serverWindowCapped) {
        if (serverContextTakeover) {
            return serverWindowCapped ? TAKEOVER_CAPPED : TAKEOVER;
        }
        return serverWindowCapped ? NO_TAKEOVER_CAPPED : NO_TAKEOVER;
    }
}

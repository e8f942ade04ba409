package io.tickgate.protocol.websocket;

import java.util.List;

/**
 * What a server and a client have agreed of the extension permessage-deflate (RFC 7692): a message may be deflated. Immutable
 * and shared: there are twelve of them, whatever number of connections.
 *
 * <p>A client may go on in the window of its earlier messages only if it offers to cap that window, and then for 1 KB at most,
 * so that hardly anything needs to be kept of what it sent (§7.1.1.2, §7.1.2.2). The server may, with all 32 KB, unless the
 * client asked it not to.
 *
 * @param serverContextTakeover whether a message to the client may refer to what earlier messages to it held (§7.1.1.1)
 * @param clientWindowBytes how far back a message of the client may refer to what its earlier messages held, 0 if not at all
 * @param response the value of {@code Sec-WebSocket-Extensions} in the answer to the opening handshake
 */
public record PermessageDeflate(boolean serverContextTakeover, int clientWindowBytes, String response) {
    static final String NAME = "permessage-deflate";
    static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
    static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
    static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
    static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

    /** Stands for {@link #CLIENT_NO_CONTEXT_TAKEOVER}. */
    static final int NO_CLIENT_WINDOW = 0;
    /** zlib can't make raw deflate with a window of 8 bits: old ones make 9 of it and exceed it, newer ones refuse. */
    static final int MIN_CLIENT_WINDOW_BITS = 9;
    /** A command of a client has some hundred bytes, and what repeats is in the last few of them. */
    static final int MAX_CLIENT_WINDOW_BITS = 10;

    private static final int VARIANTS = 4;
    private static final PermessageDeflate[] NO_CLIENT_TAKEOVER = variants(NO_CLIENT_WINDOW);
    private static final PermessageDeflate[] LEAST_WINDOW = variants(MIN_CLIENT_WINDOW_BITS);
    private static final PermessageDeflate[] FULL_WINDOW = variants(MAX_CLIENT_WINDOW_BITS);

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

    /** @param clientWindowBits one of the three that are agreed to */
    static PermessageDeflate of(boolean serverContextTakeover, boolean serverWindowCapped, int clientWindowBits) {
        PermessageDeflate[] variants = switch (clientWindowBits) {
            case NO_CLIENT_WINDOW -> NO_CLIENT_TAKEOVER;
            case MIN_CLIENT_WINDOW_BITS -> LEAST_WINDOW;
            case MAX_CLIENT_WINDOW_BITS -> FULL_WINDOW;
            default -> throw new IllegalArgumentException("clientWindowBits: " + clientWindowBits);
        };
        return variants[variant(serverContextTakeover, serverWindowCapped)];
    }

    private static int variant(boolean serverContextTakeover, boolean serverWindowCapped) {
        return (serverContextTakeover ? 2 : 0) + (serverWindowCapped ? 1 : 0);
    }

    private static PermessageDeflate[] variants(int clientWindowBits) {
        boolean clientTakeover = clientWindowBits != NO_CLIENT_WINDOW;
        String client = clientTakeover ? CLIENT_MAX_WINDOW_BITS + "=" + clientWindowBits : CLIENT_NO_CONTEXT_TAKEOVER;
        PermessageDeflate[] variants = new PermessageDeflate[VARIANTS];
        for (boolean takeover : new boolean[]{false, true}) {
            for (boolean capped : new boolean[]{false, true}) {
                String response = NAME + "; " + client + (takeover ? "" : "; " + SERVER_NO_CONTEXT_TAKEOVER)
                        + (capped ? "; " + SERVER_MAX_WINDOW_BITS + "=15" : "");
                variants[variant(takeover, capped)] = new PermessageDeflate(takeover,
                        clientTakeover ? 1 << clientWindowBits : 0, response);
            }
        }
        return variants;
    }
}

package io.tickgate.loadtest.swarm;

/** How a server is asked to compress what it sends. */
public enum Coding {
    /** Not at all. */
    IDENTITY(""),
    /** permessage-deflate (RFC 7692), offered as browsers offer it. */
    DEFLATE("permessage-deflate"),
    /** The body as one gzip stream. */
    GZIP("gzip"),
    /** The body as zstd frames. */
    ZSTD("zstd"),
    /** The body as one Brotli stream. */
    BR("br");

    private final String token;

    Coding(String token) {
        this.token = token;
    }

    /** Its name on the wire. */
    public String token() {
        return token;
    }

    /** Whether subscribers of this kind can ask for it. */
    public boolean fits(Kind kind) {
        return switch (this) {
            case IDENTITY -> true;
            case DEFLATE -> kind == Kind.WS || kind == Kind.SIO;
            case GZIP, ZSTD, BR -> kind == Kind.SSE;
        };
    }
}

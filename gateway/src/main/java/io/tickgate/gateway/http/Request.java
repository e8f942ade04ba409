package io.tickgate.gateway.http;

import java.util.List;

/** The head of a request, whichever HTTP carried it. Immutable; header names are matched without case. */
public interface Request {
    /** The method; GET where the client asked for HEAD. */
    String method();

    /** The path, percent-decoded, without the query. */
    String path();

    /** What follows the endpoint's own path prefix, percent-decoded; empty at the prefix itself. */
    String pathRest();

    /** A query parameter's first value, decoded, or null. Of a request's parameters the first 256 count. */
    String query(String name);

    /** All values of a query parameter; empty if none. */
    List<String> queryAll(String name);

    /** A header's first value or null. */
    String header(String name);

    /** All values of a header, one for each time it was sent; empty if none. */
    List<String> headers(String name);

    /** The value of a cookie or null (RFC 6265 §4.2). */
    String cookie(String name);

    /** {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
    String protocol();

    boolean isSecure();

    /** The peer's address as text without port. */
    String remoteAddress();
}

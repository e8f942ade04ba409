package io.tickgate.gateway.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pages of other origins may use the gateway (Fetch standard, CORS protocol). Immutable. Without cookies any page may:
 * it then has no more rights than a stranger or its token. With cookies only pages of the gateway's own origin and of those
 * listed.
 */
final class OriginPolicy {
    private static final int MAX_ECHOED_CHARACTERS = 1_024;
    private static final String USUAL_HEADERS = "authorization, content-type, last-event-id, if-none-match";

    private final Set<String> listed;

    OriginPolicy(List<String> origins) {
        listed = origins.stream().map(origin -> origin.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the request carries cookies from a page that may not send them. */
    boolean refuses(RequestHead head) {
        String origin = head.header("origin");
        return origin != null && head.header("cookie") != null && !isListed(origin) && !isOwn(head, origin);
    }

    /** Adds the response headers that let the asking page read the answer, names and values in turn. */
    void allow(RequestHead head, List<String> headers) {
        String origin = head.header("origin");
        if (origin != null) {
            if (isListed(origin)) {
                add(headers, "access-control-allow-origin", origin);
                add(headers, "access-control-allow-credentials", "true");
            } else {
                add(headers, "access-control-allow-origin", "*");
            }
            add(headers, "access-control-expose-headers", "etag, retry-after");
        }
        if (origin != null || !listed.isEmpty()) {
            add(headers, "vary", "origin");
        }
    }

    /** The answer to an OPTIONS request, preflight or not. */
    Response options(RequestHead head, String allowedMethods) {
        Response response = Response.of(204).header("allow", allowedMethods);
        if (head.header("access-control-request-method") != null) {
            String asked = head.header("access-control-request-headers");
            boolean isEchoed = asked != null && asked.length() <= MAX_ECHOED_CHARACTERS;
            response.header("access-control-allow-methods", allowedMethods)
                    .header("access-control-allow-headers", isEchoed ? asked : USUAL_HEADERS)
                    .header("access-control-max-age", "600");
        }
        return response;
    }

    private boolean isListed(String origin) {
        return listed.contains(origin.toLowerCase(Locale.ROOT));
    }

    /** The scheme isn't compared: TLS may end at a proxy before us. */
    private static boolean isOwn(RequestHead head, String origin) {
        String host = head.authority();
        int authority = origin.indexOf("://");
        return host != null && authority > 0 && origin.substring(authority + 3).equalsIgnoreCase(host);
    }

    private static void add(List<String> headers, String name, String value) {
        headers.add(name);
        headers.add(value);
    }
}

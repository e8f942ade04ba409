package io.tickgate.gateway.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.tickgate.protocol.message.ErrorCode;

/**
 * Finds the endpoint of a request, and answers by itself what needs none: unknown paths and methods, OPTIONS, cookies from
 * foreign pages. Immutable, shared by all loops.
 */
public final class Router {
    private static final Response BAD_TARGET = Response.error(ErrorCode.BAD_REQUEST,
            "the request target is not a valid path");
    private static final Response NOT_FOUND = Response.error(404, ErrorCode.BAD_REQUEST, "nothing is at this path");
    private static final Response UNKNOWN_METHOD = Response.error(501, ErrorCode.BAD_REQUEST,
            "this method is not known here");
    private static final Response FOREIGN_COOKIES = Response.error(ErrorCode.FORBIDDEN,
            "pages of this origin may not send cookies");

    /** RFC 9110 §9.3 and RFC 5789. These can be refused at a path (405), others are known nowhere (501, §15.6.2). */
    private static final Set<String> KNOWN_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT",
            "OPTIONS",
            "TRACE", "PATCH");

    private final Map<String, Route> exact;
    private final List<Route> prefixes;
    private final OriginPolicy origins;
    private final int largestBodyBytes;

    private Router(Builder builder) {
        exact = Map.copyOf(builder.exact);
        // The longest first, so that the first that fits is the most specific.
        prefixes = builder.prefixes.stream().sorted(Comparator.comparingInt((Route route) -> -route.path.length()))
                .toList();
        origins = new OriginPolicy(builder.origins);
        int largest = 0;
        for (Route route : exact.values()) {
            largest = Math.max(largest, route.endpoint.maxBodyBytes());
        }
        for (Route route : prefixes) {
            largest = Math.max(largest, route.endpoint.maxBodyBytes());
        }
        largestBodyBytes = largest;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects the routes; the composition root's. */
    public static final class Builder {
        private final Map<String, Route> exact = new HashMap<>();
        private final List<Route> prefixes = new ArrayList<>();
        private List<String> origins = List.of();

        private Builder() {}

        /** Serves exactly this path. */
        public Builder route(String path, Endpoint endpoint) {
            exact.put(path, new Route(path, endpoint, allowed(endpoint)));
            return this;
        }

        /** Serves this path and all that begin with it, unless a longer route fits. */
        public Builder routePrefix(String prefix, Endpoint endpoint) {
            prefixes.add(new Route(prefix, endpoint, allowed(endpoint)));
            return this;
        }

        /** The origins whose pages may send cookies. */
        public Builder origins(List<String> list) {
            origins = List.copyOf(list);
            return this;
        }

        public Router build() {
            return new Router(this);
        }

        private static String allowed(Endpoint endpoint) {
            StringBuilder methods = new StringBuilder();
            for (String method : endpoint.methods()) {
                methods.append(method).append(method.equals("GET") ? ", HEAD, " : ", ");
            }
            return methods.append("OPTIONS").toString();
        }
    }

    /** What becomes of a request. */
    sealed interface Decision {
        /** The endpoint answers it. */
        record Serve(Endpoint endpoint) implements Decision {}

        /** It's answered already. */
        record Answer(Response response) implements Decision {}
    }

    private record Route(String path, Endpoint endpoint, String allowed) {
        private boolean allows(String method) {
            for (String known : endpoint.methods()) {
                if (known.equals(method) || known.equals(Endpoint.ANY_METHOD)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The most that any endpoint takes as a body. */
    int largestBodyBytes() {
        return largestBodyBytes;
    }

    Decision decide(RequestHead head) {
        if (!head.isTargetValid()) {
            return new Decision.Answer(BAD_TARGET);
        }
        if (origins.refuses(head)) {
            return new Decision.Answer(FOREIGN_COOKIES);
        }
        boolean asksOptions = head.method().equals("OPTIONS");
        if (asksOptions && head.path().equals("*")) {
            return new Decision.Answer(origins.options(head, "GET, HEAD, POST, OPTIONS"));
        }
        Route route = find(head);
        if (route != null && route.allows(head.method())) {
            return new Decision.Serve(route.endpoint);
        }
        if (!KNOWN_METHODS.contains(head.method())) {
            return new Decision.Answer(UNKNOWN_METHOD);
        }
        if (route == null) {
            return new Decision.Answer(NOT_FOUND);
        }
        return new Decision.Answer(asksOptions ? origins.options(head, route.allowed) : methodNotAllowed(route));
    }

    private static Response methodNotAllowed(Route route) {
        return Response.error(405, ErrorCode.BAD_REQUEST, "this path does not take this method").header("allow",
                route.allowed);
    }

    private Route find(RequestHead head) {
        Route route = exact.get(head.path());
        if (route != null) {
            head.routedBy(head.path().length());
            return route;
        }
        for (Route prefix : prefixes) {
            if (head.path().startsWith(prefix.path)) {
                head.routedBy(prefix.path.length());
                return prefix;
            }
        }
        return null;
    }

    /** The headers that every answer to this request carries, names and values in turn. */
    List<String> headersFor(RequestHead head) {
        List<String> headers = new ArrayList<>(4);
        origins.allow(head, headers);
        return headers;
    }
}

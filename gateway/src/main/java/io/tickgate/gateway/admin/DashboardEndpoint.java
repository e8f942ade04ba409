package io.tickgate.gateway.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import io.tickgate.gateway.http.Endpoint;
import io.tickgate.gateway.http.Exchange;
import io.tickgate.gateway.http.Response;
import io.tickgate.gateway.http.SharedBody;
import io.tickgate.protocol.message.ErrorCode;

/** {@code GET /}: the live dashboard, plain files from the jar. Any loop; read and compressed once, then from memory. */
public final class DashboardEndpoint implements Endpoint {
    private static final String FOLDER = "/dashboard/";
    /** One way to write each path: none that leads elsewhere, none to a folder. */
    private static final Pattern FILE = Pattern.compile("(?:[a-z0-9-]+/){0,4}[a-z0-9-]+\\.(?:html|css|js|svg)");
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "css",
            "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8", "svg", "image/svg+xml");
    /** Only our own scripts and connections: nothing a channel's payload holds can bring another one in. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'none'";

    /** What was read, by path; bounded, since paths that name no file are not kept. */
    private final Map<String, SharedBody> files = new ConcurrentHashMap<>();

    @Override
    public String[] methods() {
        return new String[]{"GET"};
    }

    @Override
    public void handle(Exchange exchange) {
        String rest = exchange.request().path().substring(1);
        String path = rest.isEmpty() ? "index.html" : rest;
        SharedBody file = FILE.matcher(path).matches() ? file(path) : null;
        if (file == null) {
            exchange.respond(Response.error(404, ErrorCode.BAD_REQUEST, "there is nothing here"));
            return;
        }
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        exchange.respond(Response.of(200).header("content-type", type).header("cache-control", "no-cache")
                .header("content-security-policy", CONTENT_SECURITY_POLICY)
                .header("x-content-type-options", "nosniff").body(file));
    }

    /** Null if there is none. */
    private SharedBody file(String path) {
        SharedBody known = files.get(path);
        if (known != null) {
            return known;
        }
        try (InputStream in = DashboardEndpoint.class.getResourceAsStream(FOLDER + path)) {
            if (in == null) {
                return null;
            }
            SharedBody read = new SharedBody(in.readAllBytes());
            files.put(path, read);
            return read;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.metrics.Counter;

/** Who may ask for what, over a real connection. */
class RouterTest {
    private TestPort port;

    @BeforeEach
    void start() throws IOException {
        port = TestPort.start(Map.of("origins", List.of("https://desk.example")));
    }

    @AfterEach
    void stop() {
        port.close();
    }

    private String ask(String method, String path, String... headers) throws IOException {
        try (RawClient client = new RawClient(port.port())) {
            client.send(method + " " + path + " HTTP/1.1\r\nHost: gate.example:8080\r\n" + String.join("\r\n", headers)
                    + (headers.length == 0 ? "" : "\r\n") + "\r\n");
            return client.readResponse();
        }
    }

    @Test
    void letsAnyPageReadWithoutCookies() throws IOException {
        assertThat(ask("GET", "/echo", "Origin: https://other.example")).startsWith("HTTP/1.1 200 ")
                .contains("\r\naccess-control-allow-origin: *\r\n").contains("\r\nvary: origin\r\n")
                .contains("\r\naccess-control-expose-headers: etag, retry-after\r\n")
                .doesNotContain("allow-credentials");
    }

    @Test
    void refusesCookiesFromAForeignPage() throws IOException {
        assertThat(ask("GET", "/echo", "Origin: https://other.example", "Cookie: c=1")).startsWith("HTTP/1.1 403 ")
                .contains("\"code\":\"forbidden\"");
        assertThat(ask("GET", "/echo", "Origin: null", "Cookie: c=1")).startsWith("HTTP/1.1 403 ");
        assertThat(ask("GET", "/ws", "Origin: https://other.example", "Cookie: c=1", "Connection: Upgrade",
                "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")).startsWith("HTTP/1.1 403 ");
        assertThat(port.count(Counter.HTTP_REFUSED)).isEqualTo(3);
    }

    @Test
    void takesCookiesFromAListedPage() throws IOException {
        assertThat(ask("GET", "/echo", "Origin: https://desk.example", "Cookie: c=1")).startsWith("HTTP/1.1 200 ")
                .contains("\r\naccess-control-allow-origin: https://desk.example\r\n")
                .contains("\r\naccess-control-allow-credentials: true\r\n");
    }

    @Test
    void takesCookiesFromItsOwnPage() throws IOException {
        assertThat(ask("GET", "/echo", "Origin: http://Gate.example:8080", "Cookie: c=1"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(ask("GET", "/echo", "Cookie: c=1")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void answersPreflights() throws IOException {
        assertThat(ask("OPTIONS", "/echo", "Origin: https://other.example", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization, x-any")).startsWith("HTTP/1.1 204 ")
                .contains("\r\naccess-control-allow-origin: *\r\n")
                .contains("\r\naccess-control-allow-methods: GET, HEAD, POST, OPTIONS\r\n")
                .contains("\r\naccess-control-allow-headers: authorization, x-any\r\n")
                .contains("\r\naccess-control-max-age: 600\r\n").doesNotContain("content-length");
    }

    @Test
    void answersOptions() throws IOException {
        assertThat(ask("OPTIONS", "/channels/x")).startsWith("HTTP/1.1 204 ")
                .contains("\r\nallow: GET, HEAD, OPTIONS\r\n").doesNotContain("access-control");
        assertThat(ask("OPTIONS", "*")).startsWith("HTTP/1.1 204 ");
        assertThat(ask("OPTIONS", "/nowhere")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void letsAForeignPageReadWhyItWasRefused() throws IOException {
        assertThat(ask("GET", "/nowhere", "Origin: https://other.example")).startsWith("HTTP/1.1 404 ")
                .contains("\r\naccess-control-allow-origin: *\r\n");
    }

    @Test
    void readsQueriesLeniently() throws IOException {
        assertThat(ask("GET", "/echo?&&=x&q=%zz%41+&q=2&flag")).contains("|/echo||%zzA |");
        assertThat(ask("GET", "/echo?" + "a=1&".repeat(RequestHead.MAX_QUERY_PARAMETERS) + "q=1"))
                .contains("|/echo||null|");
        assertThat(ask("GET", "/echo?q=%e2%82%ac")).contains("\u00e2\u0082\u00ac");
    }

    @Test
    void refusesTargetsThatAreNoPath() throws IOException {
        assertThat(ask("GET", "echo")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET", "*")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET", "/echo#fragment")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET", "http://gate.example")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void readsAbsoluteTargets() throws IOException {
        assertThat(ask("GET", "HTTP://gate.example/echo?q=1/2")).contains("|/echo||1/2|");
        assertThat(ask("GET", "https://[::1]:443/channels/x?q=1")).contains("|/channels/x|x|1|");
        assertThat(ask("GET", "http://gate.example?q=/echo")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void believesAnAbsoluteTargetMoreThanHost() throws IOException {
        String[] own = {"Origin: http://gate.example:8080", "Cookie: c=1"};
        assertThat(ask("GET", "/echo", own)).startsWith("HTTP/1.1 200 ");
        assertThat(ask("GET", "http://gate.example:8080/echo", own)).startsWith("HTTP/1.1 200 ");
        assertThat(ask("GET", "http://other.example/echo", own)).startsWith("HTTP/1.1 403 ");
        assertThat(ask("GET", "http://other.example/echo", "Origin: http://other.example", "Cookie: c=1"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void tellsMethodsItRefusesHereFromThoseItDoesNotKnow() throws IOException {
        for (String method : List.of("PUT", "DELETE", "PATCH", "TRACE")) {
            assertThat(ask(method, "/echo")).startsWith("HTTP/1.1 405 ")
                    .contains("\r\nallow: GET, HEAD, POST, OPTIONS\r\n");
            assertThat(ask(method, "/nowhere")).startsWith("HTTP/1.1 404 ");
        }
        for (String method : List.of("BREW", "get", "PRI", "M-SEARCH")) {
            assertThat(ask(method, "/echo")).startsWith("HTTP/1.1 501 ").doesNotContain("\r\nallow:");
            assertThat(ask(method, "/nowhere")).startsWith("HTTP/1.1 501 ");
        }
    }

    @Test
    void neverRepeatsARequestToItsSender() throws IOException {
        assertThat(ask("TRACE", "/echo", "Cookie: c=secret")).doesNotContain("secret");
    }

    /** A page in the open may use a gateway on a private network: that is no CORS protocol, and nothing is said of it. */
    @Test
    void answersNothingButCorsInAPreflight() throws IOException {
        assertThat(ask("OPTIONS", "/echo", "Origin: https://other.example", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Private-Network: true")).startsWith("HTTP/1.1 204 ")
                .contains("\r\naccess-control-allow-methods: GET, HEAD, POST, OPTIONS\r\n")
                .doesNotContain("private-network");
    }

    @Test
    void findsNothingAtPathsThatOnlyLookLikeOthers() throws IOException {
        for (String path : List.of("//echo", "/echo/", "/./echo", "/x/../echo", "/%2e%2e/echo", "/..%2fecho",
                "/echo%00",
                "/echo%2f", "/echo;x", "/%2565cho", "/%c0%afecho", "/ECHO", "/echo%20", "/\\echo")) {
            assertThat(ask("GET", path)).as(path).startsWith("HTTP/1.1 404 ");
        }
        assertThat(ask("GET", "/%65cho")).startsWith("HTTP/1.1 200 ");
    }
}

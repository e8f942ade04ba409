package io.tickgate.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.testing.MemoryExchange;

final class DashboardEndpointTest {
    private final DashboardEndpoint endpoint = new DashboardEndpoint();

    @ParameterizedTest
    @CsvSource({"/, text/html; charset=utf-8", "/index.html, text/html; charset=utf-8",
            "/main.js, text/javascript; charset=utf-8", "/view/format.js, text/javascript; charset=utf-8",
            "/css/theme.css, text/css; charset=utf-8", "/favicon.svg, image/svg+xml"})
    void servesThePage(String path, String type) {
        MemoryExchange exchange = get(path);
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.answer()).isNotEmpty();
        assertThat(exchange.answerHeader("content-type")).isEqualTo(type);
        assertThat(exchange.answerHeader("x-content-type-options")).isEqualTo("nosniff");
        assertThat(exchange.answerHeader("content-security-policy")).contains("default-src 'self'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/css", "/css/", "/../logback.xml", "/view/../main.js", "/./main.js", "//main.js",
            "/none.js", "/logback.xml", "/main.js/", "/main.js\u0000.js", "/.js", "/%2e%2e/main.js", "/\\main.js"})
    void servesNothingElse(String path) {
        MemoryExchange exchange = get(path);
        assertThat(exchange.status()).isEqualTo(404);
        assertThat(exchange.answer()).startsWith("{\"code\":");
    }

    @Test
    void refusesAVeryDeepPathLikeAnyOther() {
        assertThat(get("/" + "a/".repeat(4_000) + "main.js").status()).isEqualTo(404);
    }

    private MemoryExchange get(String path) {
        return new MemoryExchange(new EmbeddedChannel().eventLoop(), path).handledBy(endpoint);
    }
}

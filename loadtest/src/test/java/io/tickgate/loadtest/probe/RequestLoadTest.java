package io.tickgate.loadtest.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;

final class RequestLoadTest {

    @Test
    void countsGoodAndBadAnswersOfAllThatWasDue() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = server();
        server.createContext("/value", exchange -> {
            int status = asked.incrementAndGet() % 10 == 0 ? 500 : 200;
            byte[] body = "x".repeat(10 * asked.get()).getBytes(US_ASCII);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            RequestLoad.Result result = new RequestLoad(value(server)).run(4, 500, 1_000);
            assertThat(asked).hasValue(500);
            assertThat(result.answered()).isEqualTo(450);
            assertThat(result.failed()).isEqualTo(50);
            assertThat(result.latencyMicros().max()).isPositive();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whatIsNeverAnsweredHasFailed() throws Exception {
        HttpServer server = server();
        server.createContext("/value", exchange -> exchange.getHttpContext().getServer().stop(0));
        server.start();
        RequestLoad.Result result = new RequestLoad(value(server)).run(2, 100, 500);
        assertThat(result.answered()).isZero();
        assertThat(result.failed()).isEqualTo(50);
    }

    private static HttpServer server() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    private static URI value(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/value");
    }
}

package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.metrics.Counter;

/** What a client of HTTP/1.x may take its time for, and what not. */
class Http1DeadlineTest {
    private static final String ECHO = "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String HOLD = "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String BODY_FOLLOWS = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4000\r\n\r\n";
    private static final int HOUR_MS = 3_600_000;

    private TestPort port;

    private RawClient connect(Map<String, Object> settings) throws IOException {
        port = TestPort.start(settings);
        return new RawClient(port.port());
    }

    @AfterEach
    void stop() {
        if (port != null) {
            port.close();
        }
    }

    private void assertRefusedAsLate(RawClient client) throws IOException {
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ").contains("\r\nconnection: close\r\n");
        assertThat(port.count(Counter.HTTP1_TIMEOUT)).isEqualTo(1);
    }

    @EachTransport
    void closesAConnectionThatSendsNothing(String transport) throws IOException {
        try (RawClient client = connect(Map.of("transport", transport, "headTimeoutMs", 200))) {
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(port.count(Counter.HTTP1_TIMEOUT)).isZero();
    }

    @Test
    void refusesAHeadThatComesTooSlowly() throws IOException {
        try (RawClient client = connect(Map.of("headTimeoutMs", 300))) {
            client.send("GET /echo HTTP/1.1\r\nHo");
            assertRefusedAsLate(client);
        }
    }

    @Test
    void refusesASecondHeadThatComesTooSlowly() throws IOException {
        try (RawClient client = connect(Map.of("headTimeoutMs", 300, "keepAliveMs", HOUR_MS))) {
            client.send(ECHO);
            client.readResponse();
            client.send("GET /echo HTTP/1.1\r\nHo");
            assertRefusedAsLate(client);
        }
    }

    @Test
    void refusesABodyThatComesTooSlowly() throws IOException {
        try (RawClient client = connect(Map.of("headTimeoutMs", 300))) {
            client.send(BODY_FOLLOWS + "ab");
            assertRefusedAsLate(client);
        }
    }

    /** Sends a little again and again, until something comes back. */
    private static void dribble(RawClient client, String little) throws Exception {
        for (int i = 0; i < 600 && client.socket().getInputStream().available() == 0; i++) {
            client.send(little);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void endsSlowlorisFieldByField() throws Exception {
        try (RawClient client = connect(Map.of("headTimeoutMs", 500))) {
            client.send("GET /echo HTTP/1.1\r\nHost: h\r\n");
            dribble(client, "X");
            assertRefusedAsLate(client);
        }
    }

    @Test
    void endsABodyThatComesByteByByte() throws Exception {
        try (RawClient client = connect(Map.of("headTimeoutMs", 500))) {
            client.send(BODY_FOLLOWS);
            dribble(client, "x");
            assertRefusedAsLate(client);
        }
    }

    @Test
    void endsABodyThatComesChunkByChunk() throws Exception {
        try (RawClient client = connect(Map.of("headTimeoutMs", 500))) {
            client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            dribble(client, "1\r\nx\r\n");
            assertRefusedAsLate(client);
        }
    }

    /** The next request's time begins with the answer that it waits behind, and is not the longer one of an idle connection. */
    @Test
    void refusesAHeadThatStaysUnfinishedBehindASlowAnswer() throws Exception {
        try (RawClient client = connect(Map.of("headTimeoutMs", 300, "keepAliveMs", HOUR_MS))) {
            client.send(HOLD + "GET /echo HTTP/1.1\r\nHo");
            Exchange held = TestPort.next(port.held);
            port.onLoop(() -> held.respond(Response.text(200, "held")));
            assertThat(client.readResponse()).endsWith("held");
            assertRefusedAsLate(client);
        }
    }

    @Test
    void givesEachRequestItsOwnTimeEvenIfItBeginsWithTheOneBefore() throws Exception {
        int headTimeoutMs = 2_000;
        try (RawClient client = connect(Map.of("headTimeoutMs", headTimeoutMs))) {
            int cut = 25;
            client.send(ECHO.substring(0, cut));
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2 * headTimeoutMs + 500);
            while (System.nanoTime() < end) {
                client.send(ECHO.substring(cut) + ECHO.substring(0, cut));
                assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ");
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    @Test
    void closesAnIdleConnection() throws IOException {
        try (RawClient client = connect(Map.of("keepAliveMs", 200))) {
            client.send(ECHO);
            client.readResponse();
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(port.count(Counter.HTTP1_TIMEOUT)).isZero();
    }

    @Test
    void keepsAConnectionWhoseAnswerTakesLong() throws Exception {
        try (RawClient client = connect(Map.of("keepAliveMs", 100, "headTimeoutMs", 100))) {
            client.send(HOLD);
            Exchange held = TestPort.next(port.held);
            // Another connection sees both limits pass.
            try (RawClient other = new RawClient(port.port())) {
                other.send(ECHO);
                other.readResponse();
                assertThat(other.readToEnd()).isEmpty();
            }
            port.onLoop(() -> held.respond(Response.text(200, "at last")));
            assertThat(client.readResponse()).endsWith("at last");
        }
    }

    /** As many slow heads as there may be connections keep others out only for as long as a head may take. */
    @Test
    void outlivesMoreSlowHeadsThanItTakesConnections() throws Exception {
        int limit = 8;
        port = TestPort.start(Map.of("headTimeoutMs", 1_000, "maxConnections", limit));
        List<RawClient> slow = new ArrayList<>();
        try {
            for (int i = 0; i < limit; i++) {
                slow.add(new RawClient(port.port()));
                slow.getLast().send("GET /echo HTTP/1.1\r\nHo");
            }
            try (RawClient other = new RawClient(port.port())) {
                assertThat(other.readToEnd()).isEmpty();
            }
            assertThat(port.count(Counter.CONNECTIONS_REFUSED)).isEqualTo(1);
            assertThat(port.listener.connections()).isLessThanOrEqualTo(limit);
            for (RawClient each : slow) {
                assertThat(each.readToEnd()).startsWith("HTTP/1.1 408 ");
                each.leave();
            }
        } finally {
            for (RawClient each : slow) {
                each.leave();
            }
        }
        port.awaitCount(Counter.CONNECTIONS_CLOSED, limit);
        try (RawClient other = new RawClient(port.port())) {
            other.send(ECHO);
            assertThat(other.readResponse()).startsWith("HTTP/1.1 200 ");
        }
    }
}

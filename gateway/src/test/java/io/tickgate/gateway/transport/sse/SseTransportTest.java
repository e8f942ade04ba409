package io.tickgate.gateway.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.hub.DrainSettings;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.testing.EmbeddedHub;
import io.tickgate.gateway.testing.HandBroker;
import io.tickgate.gateway.testing.MemoryExchange;
import io.tickgate.gateway.testing.MemoryExchange.MemoryStream;
import io.tickgate.gateway.transport.EventIds;
import io.tickgate.gateway.transport.EventsEndpoint;

final class SseTransportTest {
    private EmbeddedHub hub = new EmbeddedHub();

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void streamsTheLastValueAndWhatFollows() {
        hub.publish("price:X", "1");
        MemoryStream stream = open("channels=price:X").stream();
        assertThat(stream.take()).startsWith("retry: 2000\n\n").contains("id: node-1\n\n",
                "event: control\ndata: {\"op\":\"welcome\"", "event: control\ndata: {\"op\":\"subscribed\"",
                "data: {\"channel\":\"price:X\",\"seq\":1,\"snapshot\":true,");
        hub.publish("price:X", "2");
        assertThat(stream.take()).isEqualTo("id: node-2\ndata: {\"channel\":\"price:X\",\"seq\":2,\"data\":2}\n\n");
        stream.leave();
        hub.turn();
        assertThat(hub.count(Counter.SESSIONS_CLOSED_SSE)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"interval=0, 400", "channels=, 400", "channels=bad name, 400", "'channels=price:X,', 400",
            "channels=order:42, 401", "channels=order:42&token=7, 403", "channels=nothing:x&token=7, 403",
            "channels=price:X&token=bad, 401", "channels=price:X&interval=5, 400", "channels=price:X&interval=x, 400",
            "'channels=price:1,price:2,price:3,price:4,price:5,price:6,price:7,price:8,price:9', 400"})
    void refusesForGoodWithAStatus(String query, int status) {
        MemoryExchange exchange = open(query);
        assertThat(exchange.status()).isEqualTo(status);
        assertThat(exchange.stream()).isNull();
        assertThat(exchange.answer()).startsWith("{\"code\":\"");
    }

    @Test
    void aReaderThatDoesNotReadIsCutOffAndHoldsNothing() {
        MemoryStream stream = open("channels=log:x").stream();
        stream.stall();
        for (int i = 0; i < 10; i++) {
            hub.publish("log:x", "\"" + "x".repeat(4_000) + "\"");
        }
        assertThat(stream.pendingBytes()).as("nothing is written to it any more").isLessThan(5_000);
        hub.pass(59_000);
        assertThat(stream.isAborted()).isFalse();
        hub.pass(1_000);
        assertThat(stream.isAborted()).isTrue();
        assertThat(stream.isClosed()).as("what it doesn't read would be waited for").isFalse();
        assertThat(hub.count(Counter.CLOSED_SLOW)).isEqualTo(1);
    }

    @Test
    void aReaderThatReadsAgainGetsWhatItMissedAndThenTheNumber() {
        MemoryStream stream = open("channels=log:x").stream();
        stream.take();
        stream.stall();
        for (int i = 1; i <= 3; i++) {
            hub.publish("log:x", Integer.toString(i));
        }
        stream.read();
        hub.turn();
        assertThat(stream.take().lines().filter(line -> !line.isEmpty())).satisfiesExactly(
                id -> assertThat(id).startsWith("id: ").endsWith("-1"),
                first -> assertThat(first).endsWith("\"data\":1}"),
                second -> assertThat(second).startsWith("data: ").endsWith("\"data\":2}"),
                third -> assertThat(third).startsWith("data: ").endsWith("\"data\":3}"),
                id -> assertThat(id).startsWith("id: ").endsWith("-3"));
    }

    @Test
    void aChannelTheBrokerDoesNotGiveEndsTheStreamSoThatTheClientComesBack() {
        hub.close();
        HandBroker broker = new HandBroker();
        hub = new EmbeddedHub(broker);
        broker.sink.onUp();
        hub.turn();
        MemoryStream stream = open("channels=log:x").stream();
        assertThat(stream.isClosed()).isFalse();
        hub.pass(5_000);
        assertThat(stream.take()).contains("retry: 2000\n", "\"refused\":[{\"channel\":\"log:x\"",
                "event: control\ndata: {\"op\":\"error\",\"code\":\"unavailable\"");
        assertThat(stream.isClosed()).isTrue();
        assertThat(hub.count(Counter.SESSIONS_CLOSED_SSE)).isEqualTo(1);
    }

    @Test
    void aPlannedStopSetsTheRetryAndEndsTheStreamWell() {
        MemoryStream stream = open("channels=log:x").stream();
        stream.take();
        hub.hub().drain(new DrainSettings(10_000, 5_000));
        hub.turn();
        assertThat(stream.take())
                .matches(
                        "event: control\ndata: \\{\"op\":\"goaway\",\"reason\":\"drain\",\"retry\":(\\d+)}\n\nretry: \\1\n\n");
        assertThat(stream.isClosed()).isFalse();
        hub.pass(9_000);
        assertThat(stream.isClosed()).isTrue();
        assertThat(stream.isAborted()).isFalse();
    }

    @Test
    void aPlannedStopRefusesForTheMomentOnly() {
        hub.hub().drain(new DrainSettings(10_000, 5_000));
        hub.turn();
        MemoryExchange refused = open("channels=price:X");
        assertThat(refused.status()).isEqualTo(200);
        String said = refused.stream().take();
        assertThat(said).startsWith("retry: ")
                .contains("event: control\ndata: {\"op\":\"error\",\"code\":\"unavailable\"");
        assertThat(refused.stream().isClosed()).isTrue();
        assertThat(open("channels=bad name").status()).as("what is refused for good").isEqualTo(400);
        assertThat(hub.count(Counter.SESSIONS_OPENED_SSE)).isZero();
    }

    @Test
    void sendsTheKindAsEventAndTheBarePayloadIfAsked() {
        MemoryStream stream = open("channels=price:X&event=kind&data=payload").stream();
        stream.take();
        hub.publish("price:X", "{\"p\":1}");
        assertThat(stream.take()).isEqualTo("id: node-1\nevent: price\ndata: {\"p\":1}\n\n");
    }

    private MemoryExchange open(String query) {
        EventIds ids = new EventIds("node");
        EventsEndpoint endpoint = new EventsEndpoint(hub.hub(), new RequestTokens(EmbeddedHub.USERS, null), ids,
                new SseTransport(new SseSettings(2_000), hub.hub(), ids), (polled, principal, subscribe) -> {
                    throw new AssertionError("not asked for");
                });
        MemoryExchange exchange = new MemoryExchange(hub.loop(), "/events?" + query).handledBy(endpoint);
        hub.turn();
        return exchange;
    }
}

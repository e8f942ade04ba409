package io.tickgate.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.auth.PublishAccess;
import io.tickgate.gateway.broker.Broker;
import io.tickgate.gateway.broker.BrokerSink;
import io.tickgate.gateway.broker.BrokerUnavailable;
import io.tickgate.gateway.testing.EmbeddedHub;
import io.tickgate.gateway.testing.ExpectedLog;
import io.tickgate.gateway.testing.MemoryExchange;

@ExpectedLog("^dropped a publication of 65538 bytes")
final class PublishEndpointTest {
    private static final int MAX_PAYLOAD_BYTES = 100;

    private final EmbeddedHub hub = new EmbeddedHub();

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void publishesOneMessageAndTellsItsSeq() {
        assertThat(post("{\"channel\":\"price:X\",\"data\":{\"p\":1}}").answer())
                .isEqualTo("{\"published\":1,\"failed\":[],\"seq\":1}");
        assertThat(post("{\"channel\":\"price:X\",\"data\":2}").answer())
                .isEqualTo("{\"published\":1,\"failed\":[],\"seq\":2}");
    }

    @Test
    void tellsOfEachMessageThatFailedAndPublishesTheOthers() {
        MemoryExchange exchange = post("{\"messages\":[{\"channel\":\"price:X\",\"data\":1},"
                + "{\"channel\":\"bad name\",\"data\":1},{\"channel\":\"nothing:x\",\"data\":1},{\"data\":1},"
                + "{\"channel\":\"price:X\",\"data\":\"" + "x".repeat(65_536) + "\"},"
                + "{\"channel\":\"price:X\",\"data\":2}]}");
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.answer()).isEqualTo("{\"published\":2,\"failed\":[{\"index\":1,\"code\":\"bad_channel\"},"
                + "{\"index\":2,\"code\":\"forbidden\"},{\"index\":3,\"code\":\"bad_request\"},"
                + "{\"index\":4,\"code\":\"bad_request\"}],\"seq\":[1,0,0,0,0,2]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "[1]", "{\"messages\":1}"})
    void refusesABodyThatIsNone(String body) {
        MemoryExchange exchange = post(body);
        assertThat(exchange.status()).isEqualTo(400);
        assertThat(exchange.answer()).startsWith("{\"code\":\"bad_request\"");
    }

    @Test
    void answersAnEmptyListAtOnce() {
        assertThat(post("{\"messages\":[]}").answer()).isEqualTo("{\"published\":0,\"failed\":[],\"seq\":[]}");
    }

    @ParameterizedTest
    @CsvSource({"Bearer key, 200", "bearer key, 200", "Bearer other, 401", "Basic key, 401", ", 401"})
    void asksForTheApiKey(String authorization, int status) {
        MemoryExchange exchange = request("{\"channel\":\"price:X\",\"data\":1}");
        if (authorization != null) {
            exchange.header("authorization", authorization);
        }
        assertThat(made(exchange, new PublishAccess("key", true), hub.broker()).status()).isEqualTo(status);
    }

    @Test
    void withoutAKeyPublishesOnALoopbackBindOnly() {
        String body = "{\"channel\":\"price:X\",\"data\":1}";
        assertThat(made(request(body), new PublishAccess(null, false), hub.broker()).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"http://evil.example, 403", "null, 403", "http://localhost:8080, 200", "HTTP://LOCALHOST:8080, 200"})
    void withoutAKeyTakesNothingFromPagesOfOtherOrigins(String origin, int status) {
        MemoryExchange exchange = request("{\"channel\":\"price:X\",\"data\":1}").header("origin", origin)
                .header("host", "localhost:8080");
        assertThat(made(exchange, new PublishAccess(null, true), hub.broker()).status()).isEqualTo(status);
    }

    @Test
    void withTheKeyTakesThemFromAnyPage() {
        MemoryExchange exchange = request("{\"channel\":\"price:X\",\"data\":1}")
                .header("origin", "https://desk.example").header("host", "localhost:8080")
                .header("authorization", "Bearer key");
        assertThat(made(exchange, new PublishAccess("key", true), hub.broker()).status()).isEqualTo(200);
    }

    @Test
    void whereTheOrderIsGivenLaterThereIsNoSeq() {
        var later = new AnsweringBroker(CompletableFuture.completedFuture(Broker.SEQ_UNKNOWN));
        assertThat(made(request("{\"channel\":\"price:X\",\"data\":1}"), open(), later).answer())
                .isEqualTo("{\"published\":1,\"failed\":[]}");
    }

    @Test
    void refusesWhatEveryGatewayWouldDropForItsLength() {
        var later = new AnsweringBroker(CompletableFuture.completedFuture(Broker.SEQ_UNKNOWN));
        String longest = "\"" + "x".repeat(MAX_PAYLOAD_BYTES - 2) + "\"";
        assertThat(made(request("{\"channel\":\"price:X\",\"data\":" + longest + "}"), open(), later).answer())
                .isEqualTo("{\"published\":1,\"failed\":[]}");
        assertThat(made(request("{\"channel\":\"price:X\",\"data\":[" + longest + "]}"), open(), later).answer())
                .isEqualTo("{\"published\":0,\"failed\":[{\"index\":0,\"code\":\"bad_request\"}]}");
    }

    @Test
    void saysThatTheBrokerIsAway() {
        var away = new AnsweringBroker(CompletableFuture.failedFuture(BrokerUnavailable.INSTANCE));
        assertThat(made(request("{\"channel\":\"price:X\",\"data\":1}"), open(), away).answer())
                .isEqualTo("{\"published\":0,\"failed\":[{\"index\":0,\"code\":\"unavailable\"}]}");
    }

    private MemoryExchange post(String body) {
        return made(request(body), open(), hub.broker());
    }

    private MemoryExchange request(String body) {
        return new MemoryExchange(hub.loop(), "/api/publish").body(body);
    }

    private static PublishAccess open() {
        return new PublishAccess(null, true);
    }

    private MemoryExchange made(MemoryExchange exchange, PublishAccess access, Broker broker) {
        exchange.handledBy(new PublishEndpoint(new AdminSettings(1 << 20, 10), access, hub.policy(),
                MAX_PAYLOAD_BYTES, broker));
        hub.turn();
        return exchange;
    }

    private record AnsweringBroker(CompletionStage<Long> answer) implements Broker {
        @Override
        public void start(BrokerSink sink) {}

        @Override
        public void subscribe(Collection<String> channels) {}

        @Override
        public void unsubscribe(Collection<String> channels) {}

        @Override
        public CompletionStage<Long> publish(String channel, byte[] payload) {
            return answer;
        }

        @Override
        public State state() {
            return State.UP;
        }

        @Override
        public String name() {
            return "answering";
        }

        @Override
        public void close() {}
    }
}

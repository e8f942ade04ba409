package io.tickgate.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.testing.EmbeddedHub;
import io.tickgate.gateway.testing.MemoryExchange;

final class ChannelEndpointTest {
    private final EmbeddedHub hub = new EmbeddedHub();
    private final ChannelEndpoint endpoint = new ChannelEndpoint(hub.hub(),
            new RequestTokens(EmbeddedHub.USERS, null));

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void givesTheLastValueAsItCameWithItsPosition() {
        hub.publish("price:X", "{\"p\": 1.0}");
        hub.publish("price:X", "{\"p\": 2.50}");
        MemoryExchange exchange = get("/channels/price:X");
        assertThat(exchange.status()).isEqualTo(200);
        String epoch = exchange.answer().replaceAll(".*\"epoch\":\"(\\w+)\".*", "$1");
        assertThat(exchange.answer()).isEqualTo("{\"channel\":\"price:X\",\"epoch\":\"" + epoch
                + "\",\"seq\":2,\"time\":" + hub.timeMs() + ",\"data\":{\"p\": 2.50}}");
        assertThat(exchange.answerHeader("etag")).isEqualTo("\"" + epoch + "-2\"");
        assertThat(exchange.answerHeader("content-type")).isEqualTo("application/json");
        assertThat(hub.count(Counter.LAST_VALUE_HITS)).isEqualTo(1);
    }

    @Test
    void answers304ToWhomKnowsTheLastValue() {
        hub.publish("price:X", "1");
        String etag = get("/channels/price:X").answerHeader("etag");
        for (String known : new String[]{etag, "W/" + etag, "\"other\", " + etag, "*"}) {
            MemoryExchange exchange = getIfNoneMatch("/channels/price:X", known);
            assertThat(exchange.status()).as(known).isEqualTo(304);
            assertThat(exchange.answer()).isEmpty();
            assertThat(exchange.answerHeader("etag")).isEqualTo(etag);
        }
        hub.publish("price:X", "2");
        assertThat(getIfNoneMatch("/channels/price:X", etag).status()).isEqualTo(200);
    }

    @Test
    void answers404WhereNothingIsKnown() {
        assertThat(get("/channels/price:NEVER").status()).isEqualTo(404);
        assertThat(hub.count(Counter.LAST_VALUE_MISSES)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"order:42, 401, unauthorized", "order:42?token=7, 403, forbidden", "nothing:x, 403, forbidden",
            "nothing:x?token=7, 403, forbidden", "bad name, 400, bad_channel", "'', 400, bad_channel",
            "price:X?token=bad, 401, unauthorized", "price:X?token=old, 401, token_expired"})
    void refusesWithTheContractsCodes(String target, int status, String code) {
        MemoryExchange exchange = get("/channels/" + target);
        assertThat(exchange.answer()).startsWith("{\"code\":\"" + code + "\",\"message\":\"");
        assertThat(exchange.status()).isEqualTo(status);
    }

    @Test
    void givesAUsersOwnChannelToItsTokenAndCountsRefusedTokens() {
        hub.publish("order:42", "1");
        assertThat(get("/channels/order:42?token=42").status()).isEqualTo(200);
        get("/channels/order:42?token=bad");
        assertThat(hub.count(Counter.TOKENS_REFUSED)).isEqualTo(1);
    }

    private MemoryExchange get(String target) {
        return made(new MemoryExchange(hub.loop(), target));
    }

    private MemoryExchange getIfNoneMatch(String target, String known) {
        return made(new MemoryExchange(hub.loop(), target).header("if-none-match", known));
    }

    private MemoryExchange made(MemoryExchange exchange) {
        exchange.behind("/channels/").handledBy(endpoint);
        hub.turn();
        return exchange;
    }
}

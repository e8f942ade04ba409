package io.tickgate.gateway.transport.longpoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.metrics.Gauge;
import io.tickgate.gateway.testing.EmbeddedHub;
import io.tickgate.gateway.testing.HandBroker;
import io.tickgate.gateway.testing.MemoryExchange;

final class ChannelEndpointTest {
    private EmbeddedHub hub = new EmbeddedHub();

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
                + "\",\"seq\":2,\"time\":" + hub.clock().timeMs() + ",\"data\":{\"p\": 2.50}}");
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

    // ---- since

    @Test
    void givesAllThatIsKeptAfterAPositionOnEveryAndLatestChannelsAlike() {
        for (String channel : new String[]{"log:x", "price:X"}) {
            String position = position(since(channel, "none", ""));
            for (int i = 1; i <= 3; i++) {
                hub.publish(channel, "{ \"n\" : " + i + " }");
            }
            MemoryExchange all = since(channel, position, "");
            String epoch = position.substring(0, position.indexOf('-'));
            assertThat(all.answer()).isEqualTo("{\"channel\":\"" + channel + "\",\"epoch\":\"" + epoch
                    + "\",\"seq\":3,\"recovered\":true,\"messages\":[{\"channel\":\"" + channel
                    + "\",\"seq\":1,\"data\":{ \"n\" : 1 }},{\"channel\":\"" + channel
                    + "\",\"seq\":2,\"data\":{ \"n\" : 2 }},{\"channel\":\"" + channel
                    + "\",\"seq\":3,\"data\":{ \"n\" : 3 }}]}");
            assertThat(all.answerHeader("cache-control")).isEqualTo("no-store");
            assertThat(seqs(since(channel, epoch + "-2", ""))).containsExactly(3);
            assertThat(since(channel, epoch + "-3", "").answer())
                    .endsWith("\"seq\":3,\"recovered\":true,\"messages\":[]}");
        }
        assertNobodyIsLeft();
    }

    @Test
    void saysWhatIsMissingAfterAPosition() {
        String position = position(since("log:x", "none", ""));
        for (int i = 1; i <= 1_002; i++) {
            hub.publish("log:x", String.valueOf(i));
        }
        JsonNode lost = GatewayFixture.json(since("log:x", position, "").answer());
        assertThat(lost.path("recovered").asBoolean()).isFalse();
        assertThat(lost.path("messages").path(0).toString()).isEqualTo(
                "{\"op\":\"gap\",\"channel\":\"log:x\",\"from\":1,\"to\":2,\"reason\":\"history\"}");
        assertThat(lost.path("messages").path(1).path("seq").asInt()).isEqualTo(3);
        JsonNode otherLife = GatewayFixture.json(since("log:x", "other-17", "").answer());
        assertThat(otherLife.path("recovered").asBoolean()).isFalse();
        assertThat(otherLife.path("messages").path(0).toString()).isEqualTo(
                "{\"op\":\"gap\",\"channel\":\"log:x\",\"reason\":\"epoch\"}");
        assertThat(otherLife.path("messages").path(1).path("seq").asInt()).isEqualTo(3);
    }

    @Test
    void givesAsMuchAsOneAnswerTakesAndTheRestToWhoAsksAgain() {
        String position = position(since("log:x", "none", ""));
        for (int i = 1; i <= 10; i++) {
            hub.publish("log:x", "\"" + "x".repeat(5_000) + "\"");
        }
        List<Integer> seqs = new ArrayList<>();
        int answers = 0;
        for (MemoryExchange next = since("log:x", position, ""); !seqs(next).isEmpty(); answers++) {
            assertThat(next.answer().length()).isLessThan(EmbeddedHub.HIGH_WATERMARK_BYTES + 1_000);
            seqs.addAll(seqs(next));
            next = since("log:x", position(next), "");
        }
        assertThat(answers).isEqualTo(4);
        assertThat(seqs).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void holdsUntilThereIsSomethingAfterThePosition() {
        String position = position(since("log:x", "none", ""));
        MemoryExchange held = since("log:x", position, "&wait=30000");
        hub.pass(29_999);
        assertThat(held.isAnswered()).isFalse();
        hub.publish("log:x", "1");
        assertThat(seqs(held)).containsExactly(1);
        MemoryExchange inVain = since("log:x", position(held), "&wait=30000");
        hub.pass(30_000);
        assertThat(inVain.answer()).endsWith("\"seq\":1,\"recovered\":true,\"messages\":[]}");
        assertNobodyIsLeft();
    }

    @Test
    void followsAChannelFromTheFirstTimeOnThatItIsAskedFor() {
        HandBroker broker = new HandBroker();
        hub.close();
        hub = new EmbeddedHub(broker);
        broker.sink.onUp();
        hub.turn();
        MemoryExchange first = since("log:x", "none", "");
        assertThat(first.isAnswered()).isFalse();
        broker.confirm("log:x");
        hub.turn();
        hub.pass(60_000);
        broker.say("log:x", "1");
        broker.sink.onDown();
        broker.sink.onUp();
        broker.say("log:x", "2");
        hub.turn();
        JsonNode after = GatewayFixture.json(since("log:x", position(first), "").answer());
        assertThat(after.path("recovered").asBoolean()).isTrue();
        assertThat(after.path("messages")).extracting(each -> each.path("seq").asInt() + each.path("reason").asText())
                .containsExactly("1", "0upstream", "3");
    }

    // ---- wait for a newer value

    @Test
    void holdsWhoKnowsTheLastValueUntilThereIsANewerOne() {
        hub.publish("price:X", "1");
        String etag = get("/channels/price:X").answerHeader("etag");
        MemoryExchange held = getIfNoneMatch("/channels/price:X?wait=30000", etag);
        assertThat(held.isAnswered()).isFalse();
        hub.publish("price:Y", "1");
        assertThat(held.isAnswered()).isFalse();
        hub.publish("price:X", "2");
        assertThat(held.status()).isEqualTo(200);
        assertThat(held.answer()).endsWith(",\"data\":2}");
        MemoryExchange inVain = getIfNoneMatch("/channels/price:X?wait=30000", held.answerHeader("etag"));
        hub.pass(30_000);
        assertThat(inVain.status()).isEqualTo(304);
        assertThat(inVain.answerHeader("etag")).isEqualTo(held.answerHeader("etag"));
        assertNobodyIsLeft();
    }

    @Test
    void holdsWhoAsksForAChannelOfWhichNothingIsKnown() {
        MemoryExchange held = get("/channels/log:x?wait=30000");
        assertThat(held.isAnswered()).isFalse();
        hub.publish("log:x", "1");
        assertThat(held.answer()).endsWith(",\"data\":1}");
        assertThat(get("/channels/log:x?wait=30000").status()).isEqualTo(200);
        MemoryExchange inVain = get("/channels/log:y?wait=30000");
        hub.pass(30_000);
        assertThat(inVain.status()).isEqualTo(404);
        assertNobodyIsLeft();
    }

    @Test
    void aClientThatGoesAwayLeavesNothing() {
        MemoryExchange held = get("/channels/log:x?wait=30000");
        held.abort();
        hub.turn();
        assertNobodyIsLeft();
        hub.publish("log:x", "1");
        hub.pass(30_000);
        assertThat(held.isAnswered()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=x", "wait=60001", "wait=-1", "since=a-1&wait="})
    void refusesAWaitThatIsNone(String query) {
        assertThat(get("/channels/price:X?" + query).status()).isEqualTo(400);
    }

    private void assertNobodyIsLeft() {
        assertThat(hub.sessions()).isZero();
        assertThat(hub.value(Gauge.SUBSCRIPTIONS)).isZero();
        assertThat(hub.value(Gauge.ROOMS)).isZero();
    }

    private MemoryExchange since(String channel, String position, String more) {
        return get("/channels/" + channel + "?since=" + position + more);
    }

    private static String position(MemoryExchange answered) {
        JsonNode answer = GatewayFixture.json(answered.answer());
        return answer.path("epoch").asText() + "-" + answer.path("seq").asLong();
    }

    private static List<Integer> seqs(MemoryExchange answered) {
        List<Integer> seqs = new ArrayList<>();
        GatewayFixture.json(answered.answer()).path("messages").forEach(each -> seqs.add(each.path("seq").asInt()));
        return seqs;
    }

    private MemoryExchange get(String target) {
        return made(new MemoryExchange(hub.loop(), target));
    }

    private MemoryExchange getIfNoneMatch(String target, String known) {
        return made(new MemoryExchange(hub.loop(), target).header("if-none-match", known));
    }

    private MemoryExchange made(MemoryExchange exchange) {
        exchange.behind("/channels/")
                .handledBy(new ChannelEndpoint(hub.hub(), new RequestTokens(EmbeddedHub.USERS, null)));
        hub.turn();
        return exchange;
    }
}

package io.tickgate.gateway.transport.longpoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

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
import io.tickgate.gateway.transport.EventIds;
import io.tickgate.gateway.transport.EventsEndpoint;

final class EventsPollTest {
    private static final EventIds IDS = new EventIds("node");

    private EmbeddedHub hub = new EmbeddedHub();

    @AfterEach
    void close() {
        hub.close();
    }

    // ---- when it is answered

    @Test
    void answersAtOnceWhatThereIsWithoutWait() {
        hub.publish("price:X", "1");
        assertThat(poll("channels=price:X").answer()).isEqualTo("{\"id\":\"node-1\",\"messages\":["
                + "{\"channel\":\"price:X\",\"seq\":1,\"snapshot\":true,\"time\":" + hub.clock().timeMs()
                + ",\"data\":1}]}");
        MemoryExchange nothing = poll("channels=log:x,price:Y");
        assertThat(nothing.answer()).isEqualTo("{\"id\":\"node-1\",\"messages\":[]}");
        assertThat(nothing.answerHeader("content-type")).isEqualTo("application/json");
        assertThat(nothing.answerHeader("cache-control")).isEqualTo("no-store");
        assertNobodyIsLeft(2);
    }

    @Test
    void holdsUntilSomethingIsPublished() {
        MemoryExchange held = poll("channels=log:x,log:y&wait=25000");
        hub.pass(24_999);
        assertThat(held.isAnswered()).isFalse();
        assertThat(hub.sessions()).isEqualTo(1);
        hub.publish("log:y", "1");
        assertThat(held.answer())
                .isEqualTo("{\"id\":\"node-1\",\"messages\":[{\"channel\":\"log:y\",\"seq\":1,\"data\":1}]}");
        assertNobodyIsLeft(1);
    }

    @Test
    void answersWithNothingWhenTheWaitIsOver() {
        hub.publish("log:other", "1");
        MemoryExchange held = poll("channels=log:x&wait=25000");
        hub.pass(25_000);
        assertThat(held.answer()).isEqualTo("{\"id\":\"node-1\",\"messages\":[]}");
        assertNobodyIsLeft(1);
        hub.publish("log:x", "1");
    }

    @Test
    void doesNotAnswerAgainWithTheLastValueThatTheClientHas() {
        hub.publish("price:X", "1");
        String id = id(poll("channels=price:X&wait=1000"));
        MemoryExchange held = poll("channels=price:X&wait=1000&lastEventId=" + id);
        assertThat(held.isAnswered()).isFalse();
        hub.publish("price:X", "2");
        assertThat(datas(held)).containsExactly("2");
        hub.publish("price:X", "3");
        hub.publish("price:X", "4");
        assertThat(datas(poll("channels=price:X&wait=1000&lastEventId=" + id(held)))).as("the newest alone")
                .containsExactly("4");
    }

    @Test
    void givesTheLastValueToWhomTheHistoryIsTooShort() {
        String id = id(poll("channels=price:X,log:x"));
        for (int i = 1; i <= 100; i++) {
            hub.publish("price:X", String.valueOf(i));
        }
        MemoryExchange next = poll("channels=price:X&lastEventId=" + id);
        assertThat(datas(next)).containsExactly("100");
        assertThat(poll("channels=price:X&wait=1000&lastEventId=" + id(next)).isAnswered()).isFalse();
    }

    @Test
    void waitsForTheIntervalsEnd() {
        String id = id(poll("channels=price:X"));
        MemoryExchange held = poll("channels=price:X&interval=250&wait=25000&lastEventId=" + id);
        hub.publish("price:X", "1");
        hub.publish("price:X", "2");
        assertThat(held.isAnswered()).isFalse();
        hub.pass(250);
        assertThat(datas(held)).containsExactly("2");
        hub.publish("price:X", "3");
        assertThat(datas(poll("channels=price:X&interval=250&lastEventId=" + id(held)))).as("who does not wait")
                .containsExactly("3");
    }

    // ---- nothing lost, nothing doubled

    @Test
    void goesOnWhereTheLastPollEnded() {
        String id = id(poll("channels=log:a,log:b"));
        List<String> seen = new ArrayList<>();
        int published = 0;
        for (int round = 0; round < 20; round++) {
            MemoryExchange held = poll("channels=log:a,log:b&wait=1000&lastEventId=" + id);
            for (int i = 0; i < round % 4; i++) {
                hub.publish(published % 3 == 0 ? "log:a" : "log:b", String.valueOf(published++));
            }
            hub.pass(1_000);
            seen.addAll(datas(held));
            id = id(held);
        }
        seen.addAll(datas(poll("channels=log:a,log:b&lastEventId=" + id)));
        assertThat(seen).containsExactlyElementsOf(numbers(0, published));
    }

    /** More than one answer takes, on several channels: each answer ends at one number on all of them. */
    @ParameterizedTest
    @ValueSource(ints = {3_000, 20_000})
    void cutsWhatIsTooMuchForOneAnswerAtOneNumber(int payloadBytes) {
        String channels = "channels=log:a,log:b,price:X,log:c";
        String id = id(poll(channels));
        String filling = "x".repeat(payloadBytes);
        for (int i = 0; i < 30; i++) {
            hub.publish("log:" + "abc".charAt(i % 3), "[" + i + ",\"" + filling + "\"]");
            hub.publish("price:X", String.valueOf(i));
        }
        List<String> seen = new ArrayList<>();
        List<Integer> priceSeqs = new ArrayList<>();
        while (seen.size() < 30) {
            MemoryExchange next = poll(channels + "&wait=1000&lastEventId=" + id);
            assertThat(next.answer().length())
                    .isLessThan(Math.max(EmbeddedHub.HIGH_WATERMARK_BYTES, payloadBytes) + 1_000);
            for (JsonNode each : messages(next)) {
                if (each.path("channel").asText().equals("price:X")) {
                    priceSeqs.add(each.path("seq").asInt());
                } else {
                    seen.add(each.path("data").path(0).asText());
                }
            }
            id = id(next);
            // What comes meanwhile is not to come before what is missing.
            hub.publish("price:X", "1000");
        }
        messages(poll(channels + "&lastEventId=" + id)).forEach(each -> priceSeqs.add(each.path("seq").asInt()));
        assertThat(seen).containsExactlyElementsOf(numbers(0, 30));
        assertThat(priceSeqs).doesNotHaveDuplicates().isSorted();
        assertThat(poll("channels=price:X").answer()).contains("\"seq\":" + priceSeqs.getLast() + ",");
    }

    @Test
    void tellsWhatTheHistoryHasLost() {
        String id = id(poll("channels=log:x"));
        for (int i = 1; i <= 1_010; i++) {
            hub.publish("log:x", String.valueOf(i));
        }
        List<JsonNode> messages = new ArrayList<>();
        for (MemoryExchange next = poll("channels=log:x&lastEventId=" + id); !messages(next).isEmpty();) {
            messages.addAll(messages(next));
            next = poll("channels=log:x&lastEventId=" + id(next));
        }
        assertThat(messages.removeFirst().toString()).isEqualTo(
                "{\"op\":\"gap\",\"channel\":\"log:x\",\"from\":1,\"to\":10,\"reason\":\"history\"}");
        assertThat(messages).extracting(each -> each.path("seq").asText())
                .containsExactlyElementsOf(numbers(11, 1_011));
    }

    @Test
    void tellsThatAnotherGatewaysIdSaysNothing() {
        hub.publish("price:X", "1");
        MemoryExchange next = poll("channels=log:x,price:X&wait=1000&lastEventId=other-7");
        assertThat(messages(next)).extracting(each -> each.path("channel").asText() + each.path("reason").asText()
                + each.path("data").asText()).containsExactly("log:xepoch", "price:X1", "price:Xepoch");
        assertThat(poll("channels=log:x,price:X&wait=1000&lastEventId=" + id(next)).isAnswered()).isFalse();
    }

    // ---- the upstream

    @Test
    void tellsThatTheUpstreamIsAwayWithoutAnsweringEachPollForIt() {
        HandBroker broker = restart();
        broker.sink.onUp();
        hub.turn();
        MemoryExchange held = poll("channels=log:x&wait=25000");
        broker.confirm("log:x");
        hub.turn();
        String id = id(answered(held, () -> broker.sink.onDown()));
        assertThat(ops(held)).containsExactly("status");
        MemoryExchange next = poll("channels=log:x&wait=25000&lastEventId=" + id);
        assertThat(next.isAnswered()).isFalse();
        hub.pass(25_000);
        assertThat(ops(next)).containsExactly("status");
        assertThat(ops(poll("channels=log:x&wait=25000"))).as("to whom it is news").containsExactly("status");
        MemoryExchange last = poll("channels=log:x&wait=25000&lastEventId=" + id(next));
        answered(last, () -> broker.sink.onUp());
        assertThat(ops(last)).containsExactlyInAnyOrder("status", "gap", "status");
        MemoryExchange after = poll("channels=log:x&wait=25000&lastEventId=" + id(last));
        assertThat(after.isAnswered()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"log:x", "price:X"})
    void tellsOfAnOutageBetweenTwoPolls(String channel) {
        HandBroker broker = restart();
        broker.sink.onUp();
        hub.turn();
        MemoryExchange first = poll("channels=" + channel);
        broker.confirm(channel);
        hub.turn();
        broker.say(channel, "1");
        broker.sink.onDown();
        broker.sink.onUp();
        broker.say(channel, "2");
        hub.turn();
        MemoryExchange next = poll("channels=" + channel + "&lastEventId=" + id(first));
        assertThat(messages(next).reversed().subList(0, 2)).extracting(each -> each.path("reason").asText()
                + each.path("data").asText()).containsExactly("2", "upstream");
        assertThat(poll("channels=" + channel + "&wait=1000&lastEventId=" + id(next)).isAnswered()).isFalse();
    }

    @Test
    void isToldToComeBackIfTheBrokerDoesNotConfirm() {
        restart().sink.onUp();
        hub.turn();
        MemoryExchange held = poll("channels=log:x&wait=1000");
        hub.pass(1_000);
        assertThat(held.isAnswered()).as("what it would miss is not known yet").isFalse();
        hub.pass(4_000);
        assertThat(held.status()).isEqualTo(503);
        assertThat(held.answerHeader("retry-after")).isEqualTo("2");
        assertThat(held.answer()).startsWith("{\"code\":\"unavailable\"");
        assertNobodyIsLeft(1);
    }

    // ---- whose it is, and how it ends

    @Test
    void bringsAUserItsOwnChannels() {
        MemoryExchange held = poll("channels=price:X&token=42&wait=1000");
        hub.publish("order:42", "1");
        assertThat(messages(held).getFirst().path("channel").asText()).isEqualTo("order:42");
        hub.publish("user:42", "2");
        assertThat(datas(poll("channels=user:42&token=42&wait=1000&lastEventId=" + id(held)))).containsExactly("2");
    }

    @Test
    void aClientThatGoesAwayLeavesNothing() {
        MemoryExchange held = poll("channels=log:x&wait=25000");
        held.abort();
        hub.turn();
        assertNobodyIsLeft(1);
        hub.publish("log:x", "1");
        hub.pass(25_000);
        assertThat(held.isAnswered()).isFalse();
    }

    @Test
    void isToldToComeBackWhenTheGatewayEnds() {
        MemoryExchange held = poll("channels=log:x&wait=25000");
        hub.close();
        assertThat(held.status()).isEqualTo(503);
        assertThat(held.answerHeader("retry-after")).isEqualTo("2");
        assertNobodyIsLeft(1);
    }

    @Test
    void accountsForWhatItGave() {
        String id = id(poll("channels=log:x"));
        hub.publish("log:x", "1");
        hub.publish("log:x", "2");
        MemoryExchange held = poll("channels=log:x&wait=1000&lastEventId=" + id);
        assertThat(datas(held)).containsExactly("1", "2");
        hub.pass(100);
        assertThat(hub.count(Counter.UPDATES_DUE)).isEqualTo(2);
        assertThat(hub.count(Counter.UPDATES_DELIVERED)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"channels=log:x&wait=60001, 400", "channels=log:x&wait=-1, 400", "channels=log:x&wait=x, 400",
            "channels=log:x&wait=, 400", "channels=, 400", "channels=bad name, 400", "channels=order:42&wait=1, 401",
            "channels=order:42&token=7&wait=1, 403", "channels=nothing:x&token=7, 403",
            "channels=price:X&token=bad, 401", "channels=price:X&interval=5, 400"})
    void refusesForGoodWithAStatus(String query, int status) {
        MemoryExchange exchange = poll(query);
        assertThat(exchange.status()).isEqualTo(status);
        assertThat(exchange.answer()).startsWith("{\"code\":\"");
        assertNobodyIsLeft(0);
    }

    private MemoryExchange poll(String query) {
        EventsEndpoint endpoint = new EventsEndpoint(hub.hub(), new RequestTokens(EmbeddedHub.USERS, null), IDS,
                (exchange, principal, subscribe) -> {
                    throw new AssertionError("not asked for");
                }, new LongPollTransport(hub.hub(), IDS));
        MemoryExchange exchange = new MemoryExchange(hub.loop(), "/events?" + query)
                .header("accept", "application/json").handledBy(endpoint);
        hub.turn();
        return exchange;
    }

    private HandBroker restart() {
        HandBroker broker = new HandBroker();
        hub.close();
        hub = new EmbeddedHub(broker);
        return broker;
    }

    private MemoryExchange answered(MemoryExchange held, Runnable by) {
        assertThat(held.isAnswered()).isFalse();
        by.run();
        hub.turn();
        assertThat(held.isAnswered()).isTrue();
        return held;
    }

    private void assertNobodyIsLeft(int polls) {
        assertThat(hub.count(Counter.SESSIONS_OPENED_LONGPOLL)).isEqualTo(polls);
        assertThat(hub.count(Counter.SESSIONS_CLOSED_LONGPOLL)).isEqualTo(polls);
        assertThat(hub.value(Gauge.SUBSCRIPTIONS)).isZero();
        assertThat(hub.value(Gauge.ROOMS)).isZero();
    }

    private static String id(MemoryExchange answered) {
        return GatewayFixture.json(answered.answer()).path("id").asText();
    }

    private static List<JsonNode> messages(MemoryExchange answered) {
        List<JsonNode> messages = new ArrayList<>();
        GatewayFixture.json(answered.answer()).path("messages").forEach(messages::add);
        return messages;
    }

    private static List<String> datas(MemoryExchange answered) {
        return messages(answered).stream().map(each -> each.path("data").asText()).toList();
    }

    private static List<String> ops(MemoryExchange answered) {
        return messages(answered).stream().map(each -> each.path("op").asText()).toList();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }
}

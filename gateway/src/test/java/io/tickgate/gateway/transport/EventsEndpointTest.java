package io.tickgate.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.http.RequestTokens;
import io.tickgate.gateway.testing.EmbeddedHub;
import io.tickgate.gateway.testing.MemoryExchange;
import io.tickgate.protocol.message.Command;

final class EventsEndpointTest {
    private final EmbeddedHub hub = new EmbeddedHub();
    private final List<String> opened = new ArrayList<>();
    private final List<Command.Subscribe> subscribes = new ArrayList<>();
    private final EventsEndpoint endpoint = new EventsEndpoint(hub.hub(), new RequestTokens(EmbeddedHub.USERS, null),
            new EventIds("node"), opening("stream"), opening("poll"));

    private EventsEndpoint.Opening opening(String name) {
        return (exchange, principal, subscribe) -> {
            opened.add(name);
            subscribes.add(subscribe);
        };
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"text/event-stream | stream", "application/json | poll", "*/* | stream",
            "application/json, text/plain, */* | poll", "application/json, text/event-stream | stream",
            "text/event-stream;q=0.5, application/json | poll", "application/json;q=0.5, text/event-stream | stream",
            "application/json;q=0, */*;q=0 | stream", "application/* | poll", "APPLICATION/JSON | poll",
            "text/html | stream", "application/json;q=x | poll", "'' | stream"})
    void answersWhoAcceptsJsonRatherThanAStreamWithAPoll(String accept, String answeredBy) {
        get("channels=price:X", "accept", accept);
        assertThat(opened).containsExactly(answeredBy);
    }

    @Test
    void streamsToWhoDoesNotSayWhatItAccepts() {
        get("channels=price:X");
        assertThat(opened).containsExactly("stream");
    }

    @Test
    void goesOnAfterAnIdOfThisGatewayAndNowhereAfterAnothers() {
        get("channels=price:X", "last-event-id", "node-17");
        get("channels=price:X&lastEventId=node-18");
        get("channels=price:X", "last-event-id", "other-17");
        get("channels=price:X", "last-event-id", "node-x");
        get("channels=price:X", "last-event-id", "node--3");
        assertThat(subscribes).extracting(Command.Subscribe::afterNumber).containsExactly(17L, 18L, -1L, -1L, -1L);
        assertThat(subscribes.subList(2, 5)).allMatch(subscribe -> subscribe.resume().containsKey("price:X"));
    }

    private void get(String query, String... header) {
        MemoryExchange exchange = new MemoryExchange(hub.loop(), "/events?" + query);
        if (header.length > 0) {
            exchange.header(header[0], header[1]);
        }
        exchange.handledBy(endpoint);
    }
}

package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;

/** What clients and gateway say to each other in Socket.IO packets, by whichever transport. */
class SocketIoPacketsTest {
    private static final String SUBSCRIBED_TO_BTC = "[{\"ok\":true,\"channels\":[{\"channel\":\"price:BTC-USD\",";

    private final HandTurnedTransport io = new HandTurnedTransport(3);

    @AfterEach
    void close() {
        io.close();
    }

    // ---- namespaces and tokens

    @Test
    void connectsAndSaysSoOnce() {
        String sid = io.open(0, "");
        HandExchange held = io.poll(2, sid);
        assertThat(held.isAnswered()).isFalse();
        io.send(sid, "40");

        assertThat(held.answer()).matches("40\\{\"sid\":\"(.{16})\"}\\|42\\[\"connected\","
                + "\\{\"session\":\"\\1\",\"channels\":\\[]}]");
        assertThat(io.count(Counter.SESSIONS_OPENED_SOCKETIO)).isEqualTo(1);
    }

    @Test
    void namesTheUserAndJoinsHisRooms() {
        String sid = io.open(0, "");
        io.send(sid, "40{\"token\":\"ann\"}");

        assertThat(io.packets(sid)).contains("\"user\":\"ann\",\"channels\":[\"user:ann\",\"order:ann\"]}]")
                .contains("42[\"control\",{\"op\":\"subscribed\",\"channels\":[{\"channel\":\"user:ann\"");
        io.publish("user:ann", "{\"text\":\"hi\"}");
        assertThat(io.packets(sid)).isEqualTo("42[\"notification\",{\"text\":\"hi\"}]");
    }

    @Test
    void takesTheTokenOfTheHandshakeUnlessConnectBringsOne() {
        String fromHandshake = io.open(0, "&token=ann");
        io.send(fromHandshake, "40");
        String fromConnect = io.open(0, "&token=ann");
        io.send(fromConnect, "40{\"token\":\"bob\"}");

        assertThat(io.packets(fromHandshake)).contains("\"user\":\"ann\"");
        assertThat(io.packets(fromConnect)).contains("\"user\":\"bob\"");
    }

    @ParameterizedTest
    @CsvSource({"bad,unauthorized", "old,token_expired"})
    void refusesTokensAndLeavesTheConnectionOpen(String token, String code) {
        String sid = io.open(0, "&token=" + token);
        io.send(sid, "40");
        assertThat(io.packets(sid))
                .isEqualTo("44{\"message\":\"" + code + "\",\"data\":{\"code\":\"" + code + "\"}}");

        io.send(sid, "40{\"token\":\"ann\"}");
        assertThat(io.packets(sid)).startsWith("40{").contains("\"user\":\"ann\"");
        assertThat(io.count(Counter.TOKENS_REFUSED)).isEqualTo(1);
    }

    @Test
    void servesConfiguredNamespacesSideBySideAndNoOthers() {
        HandWebSocket webSocket = io.connectedWebSocket("");
        webSocket.send("40/desk,", "40/other,");
        assertThat(webSocket.take()).satisfiesExactly(
                first -> assertThat(first).startsWith("40/desk,{\"sid\":\""),
                second -> assertThat(second).startsWith("42/desk,[\"connected\","),
                third -> assertThat(third).isEqualTo("44/other,{\"message\":\"Invalid namespace\"}"));

        webSocket.send("42/desk,1[\"subscribe\",\"price:BTC-USD\"]");
        assertThat(webSocket.take()).singleElement().asString().startsWith("43/desk,1" + SUBSCRIBED_TO_BTC);
        io.publish("price:BTC-USD", "1");
        assertThat(webSocket.take()).containsExactly("42/desk,[\"price_update\",1]");

        webSocket.send("41/desk,");
        io.publish("price:BTC-USD", "2");
        assertThat(webSocket.take()).isEmpty();
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
        assertThat(webSocket.closeCode).isZero();
    }

    // ---- events and acknowledgements

    @Test
    void acknowledgesASubscribeAndThenSendsEventsWithOneArgument() {
        String sid = io.connected("");
        io.send(sid, "4217[\"subscribe\",[\"price:BTC-USD\"]]");
        assertThat(io.packets(sid)).startsWith("4317" + SUBSCRIBED_TO_BTC).doesNotContain("|");

        io.publish("price:BTC-USD", "{\"price\":1}");
        io.publish("price:BTC-USD", "{\"price\":2}");
        assertThat(io.packets(sid)).isEqualTo("42[\"price_update\",{\"price\":1}]|42[\"price_update\",{\"price\":2}]");
    }

    @Test
    void sendsTheLastValueBehindTheAcknowledgement() {
        io.webSocket(1, "").send("40", "42[\"subscribe\",\"price:BTC-USD\"]");
        io.publish("price:BTC-USD", "{\"price\":1}");
        HandWebSocket late = io.connectedWebSocket("");
        late.send("420[\"subscribe\",\"price:BTC-USD\"]");

        assertThat(late.take()).satisfiesExactly(
                ack -> assertThat(ack).startsWith("430" + SUBSCRIBED_TO_BTC).contains("\"snapshot\":true"),
                event -> assertThat(event).isEqualTo("42[\"price_update\",{\"price\":1}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"40{\"meta\":true}", "40{\"token\":null,\"meta\":true,\"more\":[1]}"})
    void addsChannelEpochAndSeqWhenAuthAsksForThem(String connect) {
        HandWebSocket webSocket = io.webSocket(0, "");
        webSocket.send(connect, "42[\"subscribe\",\"price:BTC-USD\"]");
        webSocket.take();
        io.publish("price:BTC-USD", "{\"price\":1}");

        assertThat(webSocket.take()).singleElement().asString().matches("42\\[\"price_update\",\\{\"price\":1},"
                + "\\{\"channel\":\"price:BTC-USD\",\"epoch\":\"[^\"-]+\",\"seq\":\\d+}]");
    }

    @Test
    void addsThemWhenTheUrlAsksForThem() {
        String sid = io.connected("&meta=1");
        io.send(sid, "421[\"subscribe\",\"price:BTC-USD\"]");
        io.packets(sid);
        io.publish("price:BTC-USD", "1");

        assertThat(io.packets(sid)).startsWith("42[\"price_update\",1,{\"channel\":\"price:BTC-USD\",\"epoch\":\"");
    }

    @Test
    void tellsRefusalsByAcknowledgementOrElseAsControl() {
        HandWebSocket webSocket = io.connectedWebSocket("");
        webSocket.send("425[\"subscribe\",\"order:7\"]", "42[\"subscribe\",\"order:7\"]", "426[\"subscribe\",7]",
                "427[\"dance\",{}]", "42[\"dance\"]", "428[\"authenticate\",{\"token\":\"bad\"}]",
                "429[\"unsubscribe\"]");

        assertThat(webSocket.take()).satisfiesExactly(
                p -> assertThat(p)
                        .startsWith("435[{\"ok\":true,\"channels\":[],\"refused\":[{\"channel\":\"order:7\","),
                p -> assertThat(p).startsWith("42[\"control\",{\"op\":\"subscribed\",\"channels\":[],\"refused\":["),
                p -> assertThat(p).startsWith("436[{\"ok\":false,\"code\":\"bad_request\""),
                p -> assertThat(p)
                        .startsWith("437[{\"ok\":false,\"code\":\"bad_request\",\"message\":\"unknown event\""),
                p -> assertThat(p).startsWith("42[\"control\",{\"op\":\"error\",\"code\":\"bad_request\""),
                p -> assertThat(p).startsWith("438[{\"ok\":false,\"code\":\"unauthorized\""),
                p -> assertThat(p).startsWith("439[{\"ok\":false,\"code\":\"bad_request\""));
        assertThat(io.count(Counter.COMMANDS_REFUSED)).isEqualTo(7);
    }

    @Test
    void matchesAcknowledgementsByTheirNumberWhateverIdTheArgumentHolds() {
        HandWebSocket webSocket = io.connectedWebSocket("");
        webSocket.send("4211[\"subscribe\",{\"channels\":[\"price:BTC-USD\"],\"id\":99}]",
                "4212[\"unsubscribe\",[\"price:BTC-USD\"]]", "4213[\"authenticate\",\"ann\"]");

        assertThat(webSocket.take()).satisfiesExactly(p -> assertThat(p).startsWith("4311" + SUBSCRIBED_TO_BTC),
                p -> assertThat(p).isEqualTo("4312[{\"ok\":true,\"channels\":[\"price:BTC-USD\"]}]"),
                p -> assertThat(p).startsWith("4313[{\"ok\":true,\"user\":\"ann\""),
                p -> assertThat(p).startsWith("42[\"control\",{\"op\":\"subscribed\""));
    }

    @Test
    void answersEventsWithAttachmentsLikeAnyUnknownOne() {
        HandWebSocket webSocket = io.connectedWebSocket("");
        webSocket.send("451-3[\"upload\",{\"_placeholder\":true,\"num\":0}]");
        webSocket.sendBinary(1, 2, 3);
        webSocket.send("42[\"subscribe\",\"price:BTC-USD\"]");

        assertThat(webSocket.take()).hasSize(2).first().asString().startsWith("433[{\"ok\":false");
        assertThat(webSocket.closeCode).isZero();
    }

    // ---- what breaks the protocol

    @ParameterizedTest
    @ValueSource(strings = {"", "9", "x", "0{}", "2", "2probe", "5", "4", "47", "42", "42{}", "42[]",
            "42[\"subscribe\"",
            "40", "42/desk,[\"subscribe\",\"price:BTC-USD\"]", "44{\"message\":\"no\"}", "450-[\"subscribe\"",
            "4299999999999999999999[\"subscribe\",\"price:BTC-USD\"]", "42[\"connect\"]", "bAAAA"})
    void closesOnPacketsThatAreNone(String packet) {
        HandWebSocket webSocket = io.connectedWebSocket("");
        String sid = io.connected("");
        webSocket.send(packet);
        io.post(2, sid, packet);

        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(io.poll(2, sid).answer()).contains("Session ID unknown");
        assertThat(io.count(Counter.FRAMES_REFUSED)).isEqualTo(2);
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(2);
    }

    @Test
    void closesOnAttachmentsThatNobodyAnnouncedOrThatAreMissing() {
        HandWebSocket unannounced = io.connectedWebSocket("");
        unannounced.sendBinary(1, 2, 3);
        HandWebSocket missing = io.connectedWebSocket("");
        missing.send("451-[\"upload\",{\"_placeholder\":true,\"num\":0}]", "42[\"subscribe\",\"price:BTC-USD\"]");

        assertThat(unannounced.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(missing.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
    }
}

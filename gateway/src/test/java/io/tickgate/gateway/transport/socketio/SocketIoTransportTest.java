package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.gateway.transport.socketio.HandTurnedTransport.HandExchange;
import io.tickgate.gateway.transport.socketio.HandTurnedTransport.HandWebSocket;

class SocketIoTransportTest {
    private static final String SUBSCRIBED_TO_BTC = "[{\"ok\":true,\"channels\":[{\"channel\":\"price:BTC-USD\",";

    private final HandTurnedTransport io = new HandTurnedTransport(3);

    @AfterEach
    void close() {
        io.close();
    }

    /** A polling client on loop 0 whose requests land on another one. */
    private String connected(String query) {
        String sid = io.open(0, query);
        send(sid, "40");
        assertThat(packets(sid)).startsWith("40{\"sid\":\"").contains("|42[\"connected\",{\"session\":\"");
        return sid;
    }

    private HandWebSocket connectedWebSocket(String query) {
        HandWebSocket webSocket = io.webSocket(0, query);
        webSocket.send("40");
        assertThat(webSocket.take()).hasSize(3);
        return webSocket;
    }

    private void send(String sid, String payload) {
        assertThat(io.post(1, sid, payload).answer()).isEqualTo("ok");
    }

    private String packets(String sid) {
        return io.poll(2, sid).answer();
    }

    // ---- handshake

    @Test
    void opensByPollingWithTheHandshakeOfTheProtocol() {
        HandExchange hello = io.get(0, "EIO=4&transport=polling&t=abc&b64=1");

        assertThat(hello.status()).isEqualTo(200);
        assertThat(hello.answer()).matches("0\\{\"sid\":\"[A-Za-z0-9_-]{16}0\",\"upgrades\":\\[\"websocket\"],"
                + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":4096}");
    }

    @Test
    void opensByWebSocketWithNothingToUpgradeTo() {
        assertThat(io.webSocket(2, "").take()).singleElement().asString()
                .matches("0\\{\"sid\":\"[A-Za-z0-9_-]{16}2\",\"upgrades\":\\[],.*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET  | EIO=4                                             | {"code":0,"message":"Transport unknown"}
            GET  | EIO=4&transport=flash                             | {"code":0,"message":"Transport unknown"}
            GET  | EIO=4&transport=polling&sid=nobody                | {"code":1,"message":"Session ID unknown"}
            GET  | EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA0     | {"code":1,"message":"Session ID unknown"}
            GET  | EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA2     | {"code":1,"message":"Session ID unknown"}
            GET  | EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA3     | {"code":1,"message":"Session ID unknown"}
            GET  | EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA-1    | {"code":1,"message":"Session ID unknown"}
            GET  | EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA      | {"code":1,"message":"Session ID unknown"}
            GET  | EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA0000  | {"code":1,"message":"Session ID unknown"}
            POST | EIO=4&transport=polling                           | {"code":2,"message":"Bad handshake method"}
            GET  | EIO=4&transport=websocket                         | {"code":3,"message":"Bad request"}
            GET  | EIO=3&transport=polling                           | {"code":5,"message":"Unsupported protocol version"}
            GET  | transport=polling                                 | {"code":5,"message":"Unsupported protocol version"}
            """)
    void refusesRequestsInTheWordsOfTheReferenceServer(String method, String query, String body) {
        HandExchange refused = io.request(0, method, query).make();

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.answer()).isEqualTo(body);
    }

    @Test
    void refusesHandshakesBeyondTheLimit() {
        for (int i = 0; i < 100; i++) {
            io.open(0, "");
        }

        assertThat(io.get(0, "EIO=4&transport=polling").status()).isEqualTo(429);
        assertThat(io.get(1, "EIO=4&transport=polling").status()).isEqualTo(200);
    }

    @Test
    void forgetsClientsThatConnectToNoNamespace() {
        String sid = io.open(0, "");
        io.pass(24_000);
        assertThat(io.poll(0, sid).isAnswered()).isFalse();
        io.post(0, sid, "3");
        io.pass(22_000);

        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    // ---- a planned stop

    @Test
    void aPlannedStopTakesNoNewConnections() {
        io.drain();

        HandExchange refused = io.get(0, "EIO=4&transport=polling");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.answer()).contains("\"code\":\"unavailable\"");
        assertThat(io.webSocket(1, "")).isNull();
    }

    @Test
    void aPlannedStopCutsAWebSocketOffSoThatItsClientComesBack() {
        HandWebSocket webSocket = connectedWebSocket("");
        io.drain();
        assertThat(webSocket.take()).singleElement().asString()
                .startsWith("42[\"control\",{\"op\":\"goaway\",\"reason\":\"drain\",\"retry\":");
        io.pass(9_000);
        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(webSocket.take()).as("a DISCONNECT would keep it away").isEmpty();
    }

    @Test
    void aPlannedStopWaitsForThePollsThatFetchWhatWaits() {
        List<String> sids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String sid = connected("");
            send(sid, "42[\"subscribe\",\"price:BTC-USD\"]");
            packets(sid);
            sids.add(sid);
        }
        io.drain();
        io.publish("price:BTC-USD", "1");
        io.pass(8_800);
        List<HandExchange> held = new ArrayList<>();
        for (String sid : sids) {
            assertThat(packets(sid)).contains("\"op\":\"goaway\"").endsWith("|42[\"price_update\",1]");
            held.add(io.poll(2, sid));
        }
        io.pass(200);
        assertThat(held).allMatch(poll -> poll.answer().equals("1"));
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(sids.size());
    }

    // ---- namespaces and tokens

    @Test
    void connectsAndSaysSoOnce() {
        String sid = io.open(0, "");
        HandExchange held = io.poll(2, sid);
        assertThat(held.isAnswered()).isFalse();
        send(sid, "40");

        assertThat(held.answer()).matches("40\\{\"sid\":\"(.{16})\"}\\|42\\[\"connected\","
                + "\\{\"session\":\"\\1\",\"channels\":\\[]}]");
        assertThat(io.count(Counter.SESSIONS_OPENED_SOCKETIO)).isEqualTo(1);
    }

    @Test
    void namesTheUserAndJoinsHisRooms() {
        String sid = io.open(0, "");
        send(sid, "40{\"token\":\"ann\"}");

        assertThat(packets(sid)).contains("\"user\":\"ann\",\"channels\":[\"user:ann\",\"order:ann\"]}]")
                .contains("42[\"control\",{\"op\":\"subscribed\",\"channels\":[{\"channel\":\"user:ann\"");
        io.publish("user:ann", "{\"text\":\"hi\"}");
        assertThat(packets(sid)).isEqualTo("42[\"notification\",{\"text\":\"hi\"}]");
    }

    @Test
    void takesTheTokenOfTheHandshakeUnlessConnectBringsOne() {
        String fromHandshake = io.open(0, "&token=ann");
        send(fromHandshake, "40");
        String fromConnect = io.open(0, "&token=ann");
        send(fromConnect, "40{\"token\":\"bob\"}");

        assertThat(packets(fromHandshake)).contains("\"user\":\"ann\"");
        assertThat(packets(fromConnect)).contains("\"user\":\"bob\"");
    }

    @ParameterizedTest
    @CsvSource({"bad,unauthorized", "old,token_expired"})
    void refusesTokensAndLeavesTheConnectionOpen(String token, String code) {
        String sid = io.open(0, "&token=" + token);
        send(sid, "40");
        assertThat(packets(sid))
                .isEqualTo("44{\"message\":\"" + code + "\",\"data\":{\"code\":\"" + code + "\"}}");

        send(sid, "40{\"token\":\"ann\"}");
        assertThat(packets(sid)).startsWith("40{").contains("\"user\":\"ann\"");
        assertThat(io.count(Counter.TOKENS_REFUSED)).isEqualTo(1);
    }

    @Test
    void servesConfiguredNamespacesSideBySideAndNoOthers() {
        HandWebSocket webSocket = connectedWebSocket("");
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
        String sid = connected("");
        send(sid, "4217[\"subscribe\",[\"price:BTC-USD\"]]");
        assertThat(packets(sid)).startsWith("4317" + SUBSCRIBED_TO_BTC).doesNotContain("|");

        io.publish("price:BTC-USD", "{\"price\":1}");
        io.publish("price:BTC-USD", "{\"price\":2}");
        assertThat(packets(sid)).isEqualTo("42[\"price_update\",{\"price\":1}]|42[\"price_update\",{\"price\":2}]");
    }

    @Test
    void sendsTheLastValueBehindTheAcknowledgement() {
        io.webSocket(1, "").send("40", "42[\"subscribe\",\"price:BTC-USD\"]");
        io.publish("price:BTC-USD", "{\"price\":1}");
        HandWebSocket late = connectedWebSocket("");
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
        String sid = connected("&meta=1");
        send(sid, "421[\"subscribe\",\"price:BTC-USD\"]");
        packets(sid);
        io.publish("price:BTC-USD", "1");

        assertThat(packets(sid)).startsWith("42[\"price_update\",1,{\"channel\":\"price:BTC-USD\",\"epoch\":\"");
    }

    @Test
    void tellsRefusalsByAcknowledgementOrElseAsControl() {
        HandWebSocket webSocket = connectedWebSocket("");
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
        HandWebSocket webSocket = connectedWebSocket("");
        webSocket.send("4211[\"subscribe\",{\"channels\":[\"price:BTC-USD\"],\"id\":99}]",
                "4212[\"unsubscribe\",[\"price:BTC-USD\"]]", "4213[\"authenticate\",\"ann\"]");

        assertThat(webSocket.take()).satisfiesExactly(p -> assertThat(p).startsWith("4311" + SUBSCRIBED_TO_BTC),
                p -> assertThat(p).isEqualTo("4312[{\"ok\":true,\"channels\":[\"price:BTC-USD\"]}]"),
                p -> assertThat(p).startsWith("4313[{\"ok\":true,\"user\":\"ann\""),
                p -> assertThat(p).startsWith("42[\"control\",{\"op\":\"subscribed\""));
    }

    @Test
    void answersEventsWithAttachmentsLikeAnyUnknownOne() {
        HandWebSocket webSocket = connectedWebSocket("");
        webSocket.send("451-3[\"upload\",{\"_placeholder\":true,\"num\":0}]");
        webSocket.sendBinary();
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
        HandWebSocket webSocket = connectedWebSocket("");
        String sid = connected("");
        webSocket.send(packet);
        io.post(2, sid, packet);

        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(io.poll(2, sid).answer()).contains("Session ID unknown");
        assertThat(io.count(Counter.FRAMES_REFUSED)).isEqualTo(2);
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(2);
    }

    @Test
    void closesOnAttachmentsThatNobodyAnnouncedOrThatAreMissing() {
        HandWebSocket unannounced = connectedWebSocket("");
        unannounced.sendBinary();
        HandWebSocket missing = connectedWebSocket("");
        missing.send("451-[\"upload\",{\"_placeholder\":true,\"num\":0}]", "42[\"subscribe\",\"price:BTC-USD\"]");

        assertThat(unannounced.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(missing.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
    }

    @Test
    void reportsAMalformedPayloadToItsSenderAndReleasesTheWaitingRequest() {
        String sid = connected("");
        HandExchange held = io.poll(0, sid);

        HandExchange post = io.post(1, sid, "42[\"subscribe\",\"price:BTC-USD\"]\u001e\u001e");
        assertThat(post.status()).isEqualTo(400);
        assertThat(held.answer()).isEqualTo("1");
    }

    @Test
    void ignoresWhatFollowsTheEndInOnePayload() {
        String sid = connected("");
        assertThat(io.post(1, sid, "1\u001e42[\"subscribe\",\"price:BTC-USD\"]").answer()).isEqualTo("ok");

        assertThat(io.count(Counter.COMMANDS)).isZero();
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
        assertThat(io.count(Counter.FRAMES_REFUSED)).isZero();
    }

    // ---- polling

    @Test
    void closesClientsThatAskTwiceAtATime() {
        String sid = connected("");
        HandExchange first = io.poll(0, sid);
        HandExchange second = io.poll(1, sid);

        assertThat(second.status()).isEqualTo(400);
        assertThat(first.answer()).isEqualTo("1");
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
    }

    @Test
    void endsWithTheClientWhoseWaitingRequestIsCutOff() {
        String sid = connected("");
        io.poll(2, sid).abort();

        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void releasesTheWaitingRequestOfAClientThatLeaves() {
        String sid = connected("");
        HandExchange held = io.poll(2, sid);
        send(sid, "41\u001e1");

        assertThat(held.answer()).isEqualTo("6");
    }

    @Test
    void bringsPollingClientsForwardThatFellBehind() {
        String sid = connected("");
        send(sid, "42[\"subscribe\",\"log:a\"]");
        packets(sid);
        int updates = 3 * HandTurnedTransport.HIGH_WATERMARK_BYTES / 1_000;
        for (int i = 1; i <= updates; i++) {
            io.publish("log:a", "\"" + i + " " + "x".repeat(1_000) + "\"");
        }

        int next = 1;
        while (next <= updates) {
            String answer = io.poll(0, sid).answer();
            assertThat(answer).hasSizeLessThanOrEqualTo(2 * HandTurnedTransport.HIGH_WATERMARK_BYTES);
            for (String packet : answer.split("\\|")) {
                assertThat(packet).startsWith("42[\"log_update\",\"" + next++ + " ");
            }
        }
        assertThat(io.count(Counter.CLOSED_SLOW)).isZero();
    }

    @Test
    void closesPollingClientsThatFetchNothingAsSlow() {
        String sid = connected("");
        send(sid, "42[\"subscribe\",\"log:a\"]");
        packets(sid);
        for (int i = 0; i <= HandTurnedTransport.HIGH_WATERMARK_BYTES / 1_000; i++) {
            io.publish("log:a", "\"" + "x".repeat(1_000) + "\"");
        }
        for (int i = 0; i < 6; i++) {
            assertThat(io.count(Counter.CLOSED_SLOW)).isZero();
            send(sid, "3");
            io.pass(10_000);
        }

        assertThat(io.count(Counter.CLOSED_SLOW)).isEqualTo(1);
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void closesPollingClientsThatOnlyAsk() {
        String sid = connected("");
        for (int i = 0; i < 10; i++) {
            io.post(1, sid, "40/other," + "\u001e40/other,".repeat(300));
        }

        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    // ---- upgrade

    @Test
    void movesToWebSocketWithEverythingInOrder() {
        String sid = connected("");
        send(sid, "421[\"subscribe\",\"log:a\"]");
        packets(sid);
        HandExchange held = io.poll(2, sid);
        HandWebSocket webSocket = io.webSocket(1, "&sid=" + sid);
        webSocket.send("2probe");
        assertThat(webSocket.take()).containsExactly("3probe");
        assertThat(held.answer()).isEqualTo("6");

        assertThat(packets(sid)).as("a request that crossed the probe").isEqualTo("6");
        io.publish("log:a", "1");
        assertThat(packets(sid)).isEqualTo("42[\"log_update\",1]");
        io.publish("log:a", "2");
        io.publish("log:a", "3");
        assertThat(webSocket.take()).isEmpty();
        webSocket.send("5");
        io.publish("log:a", "4");
        assertThat(webSocket.take()).containsExactly("42[\"log_update\",2]", "42[\"log_update\",3]",
                "42[\"log_update\",4]");

        webSocket.send("42[\"unsubscribe\",\"log:a\"]");
        assertThat(webSocket.take()).hasSize(1);
        assertThat(io.poll(0, sid).answer()).contains("Bad request");
        assertThat(io.post(0, sid, "3").answer()).contains("Bad request");
        assertThat(io.count(Counter.SESSIONS_OPENED_SOCKETIO)).isEqualTo(1);
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isZero();
    }

    @Test
    void movesBeforeAnythingIsConnected() {
        String sid = io.open(0, "");
        HandWebSocket webSocket = io.webSocket(0, "&sid=" + sid);
        webSocket.send("2probe", "5", "40");

        assertThat(webSocket.take()).hasSize(3).first().isEqualTo("3probe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "2", "3probe", "40", "nonsense", ""})
    void staysWithPollingIfTheProbeIsNone(String packet) {
        String sid = connected("");
        HandWebSocket webSocket = io.webSocket(0, "&sid=" + sid);
        webSocket.send(packet);

        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(io.poll(0, sid).isAnswered()).isFalse();
        assertThat(io.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
    }

    @Test
    void holdsRequestsAgainAfterAnUpgradeThatCameToNothing() {
        String sid = connected("");
        HandWebSocket first = io.webSocket(0, "&sid=" + sid);
        first.send("2probe");
        first.leave();
        HandExchange held = io.poll(0, sid);
        assertThat(held.isAnswered()).isFalse();

        HandWebSocket second = io.webSocket(0, "&sid=" + sid);
        second.send("2probe");
        io.pass(EngineLoop.UPGRADE_TIMEOUT_MS);
        assertThat(second.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(io.poll(0, sid).isAnswered()).isFalse();
    }

    @Test
    void takesOneUpgradeAtATimeAndNoneAfterIt() {
        String sid = connected("");
        HandWebSocket first = io.webSocket(1, "&sid=" + sid);
        assertThat(io.webSocket(2, "&sid=" + sid)).isNull();
        first.send("2probe", "5");
        assertThat(io.webSocket(2, "&sid=" + sid)).isNull();
        assertThat(first.closeCode).isZero();
    }

    @Test
    void closesTheWebSocketOfAnUpgradeWhoseConnectionEnds() {
        String sid = connected("");
        HandWebSocket webSocket = io.webSocket(1, "&sid=" + sid);
        send(sid, "1");

        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
    }

    // ---- signs of life

    @Test
    void beatsAndKeepsClientsThatAnswer() {
        HandWebSocket webSocket = connectedWebSocket("");
        for (int i = 0; i < 4; i++) {
            io.pass(25_000);
            assertThat(webSocket.take()).containsExactly("2");
            webSocket.send("3");
        }
        assertThat(webSocket.closeCode).isZero();
    }

    @Test
    void beatsForPollingClientsThatAreBetweenTwoRequests() {
        String sid = connected("");
        io.pass(25_000);
        io.pass(19_000);
        assertThat(packets(sid)).isEqualTo("2");
        send(sid, "3");
        io.pass(24_000);
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isZero();
    }

    @Test
    void closesSilentClientsWithoutDisconnect() {
        HandWebSocket webSocket = connectedWebSocket("");
        String sid = connected("");
        HandExchange held = io.poll(1, sid);
        io.pass(25_000);
        HandExchange next = io.poll(1, sid);
        io.pass(20_000);

        assertThat(webSocket.take()).containsExactly("2");
        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(held.answer()).isEqualTo("2");
        assertThat(next.answer()).isEqualTo("1");
        assertThat(io.count(Counter.CLOSED_HEARTBEAT)).isEqualTo(2);
    }

    // ---- endings

    @Test
    void tellsClientsWhoseTokenExpiredToStayAway() {
        HandWebSocket webSocket = io.webSocket(0, "");
        webSocket.send("40{\"token\":\"brief\"}");
        webSocket.take();
        io.pass(1_000);

        assertThat(webSocket.take()).containsExactly("41");
        assertThat(webSocket.closeCode).isEqualTo(4401);
    }

    @Test
    void keepsThatMessageForAPollingClientUntilItAsks() {
        String sid = io.open(0, "");
        send(sid, "40{\"token\":\"brief\"}");
        packets(sid);
        io.pass(1_000);

        assertThat(packets(sid)).isEqualTo("41|1");
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void keepsThatMessageNoLongerThanAHeartbeatMayTake() {
        String sid = io.open(0, "");
        send(sid, "40{\"token\":\"brief\"}");
        packets(sid);
        io.pass(1_000);
        assertThat(io.post(1, sid, "42[\"subscribe\",\"log:a\"]").answer()).isEqualTo("ok");
        io.pass(EngineLoop.PING_TIMEOUT_MS);

        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void endsOneNamespaceWhoseTokenExpiredAndLeavesTheOther() {
        HandWebSocket webSocket = connectedWebSocket("");
        webSocket.send("40/desk,{\"token\":\"brief\"}");
        webSocket.take();
        io.pass(1_000);

        assertThat(webSocket.take()).containsExactly("41/desk,");
        assertThat(webSocket.closeCode).isZero();
        webSocket.send("420[\"subscribe\",\"log:a\"]");
        assertThat(webSocket.take()).hasSize(1);
    }

    @Test
    void closesSlowWebSocketClientsWithoutDisconnect() {
        HandWebSocket webSocket = connectedWebSocket("");
        webSocket.send("42[\"subscribe\",\"log:a\"]");
        webSocket.take();
        webSocket.stalled = true;
        for (int i = 0; i < 20; i++) {
            io.publish("log:a", "\"" + "x".repeat(1_000) + "\"");
        }
        for (int i = 0; i < 6; i++) {
            assertThat(webSocket.closeCode).isZero();
            webSocket.send("3");
            io.pass(10_000);
        }

        assertThat(webSocket.take()).isEqualTo(List.of());
        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(io.count(Counter.CLOSED_SLOW)).isEqualTo(1);
    }

    @Test
    void forgetsClientsWhoseWebSocketIsGone() {
        HandWebSocket webSocket = connectedWebSocket("");
        webSocket.leave();

        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
    }
}

package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;

/** Clients of Engine.IO 3 and Socket.IO protocol 4: the handshake, the packets and the heartbeat are others, the rest is not. */
class OldClientsTest {
    private static final String POLLING = "EIO=3&transport=polling";

    private final HandTurnedTransport io = new HandTurnedTransport(3);

    @AfterEach
    void close() {
        io.close();
    }

    // ---- the beginning

    @Test
    void areInTheMainNamespaceFromTheFirst() {
        String hello = io.get(0, POLLING).answer();

        assertThat(hello).matches("\\d+:0\\{\"sid\":\"[A-Za-z0-9_-]{17}\",\"upgrades\":\\[\"websocket\"],"
                + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":4096}2:40\\d+:42\\[\"connected\",\\{.*}]");
        int handshake = hello.indexOf('}') + 1 - hello.indexOf(':') - 1;
        assertThat(hello).as("the length of the first packet").startsWith(handshake + ":");
        assertThat(io.count(Counter.SESSIONS_OPENED_SOCKETIO)).isEqualTo(1);
    }

    @Test
    void areTakenByTheHandshakesQuery() {
        HandWebSocket webSocket = io.webSocket(1, 3, "&token=ann&meta=1");
        assertThat(webSocket.take()).satisfiesExactly(open -> assertThat(open).startsWith("0{\"sid\":"),
                connect -> assertThat(connect).isEqualTo("40"),
                connected -> assertThat(connected).contains("\"user\":\"ann\""),
                joined -> assertThat(joined).startsWith("42[\"control\",{\"op\":\"subscribed\""));
        io.publish("user:ann", "1");
        assertThat(webSocket.take()).singleElement().asString().startsWith("42[\"notification\",1,{\"channel\":");
    }

    @Test
    void enterOtherNamespacesWithAQueryAndAreRefusedWithAText() {
        HandWebSocket webSocket = io.webSocket(0, 3, "");
        webSocket.take();
        webSocket.send("40/desk?token=ann&meta=1,", "40/other?x=1");
        assertThat(webSocket.take()).satisfiesExactly(connect -> assertThat(connect).isEqualTo("40/desk,"),
                connected -> assertThat(connected).startsWith("42/desk,[\"connected\",").contains("\"user\":\"ann\""),
                refused -> assertThat(refused).isEqualTo("44/other,\"Invalid namespace\""),
                joined -> assertThat(joined).startsWith("42/desk,[\"control\",{\"op\":\"subscribed\""));

        io.publish("user:ann", "1");
        assertThat(webSocket.take()).singleElement().asString().startsWith("42/desk,[\"notification\",1,{");
        webSocket.send("40/desk");
        assertThat(webSocket.closeCode).as("who is in already").isEqualTo(HandWebSocket.CUT_OFF);
    }

    @Test
    void areToldABadTokenAndMayTryAnotherNamespace() {
        HandWebSocket webSocket = io.webSocket(0, 3, "&token=bad");
        assertThat(webSocket.take()).element(1).isEqualTo("44\"unauthorized\"");
        webSocket.send("40/desk?token=ann");
        assertThat(webSocket.take()).first().isEqualTo("40/desk,");
    }

    // ---- packets

    @Test
    void getTheLengthOfEachPacketInUtf16() {
        String sid = open();
        assertThat(post(sid, counted("421[\"subscribe\",[\"log:a\",\"log:b\"]]")).answer())
                .isEqualTo("ok");
        assertThat(poll(sid).answer()).matches("\\d+:431\\[\\{\"ok\":true.*");
        io.publish("log:a", "\"€\uD83D\uDE00\"");
        io.publish("log:b", "2");
        assertThat(poll(sid).answer())
                .isEqualTo(counted("42[\"log_update\",\"€\uD83D\uDE00\"]") + counted("42[\"log_update\",2]"));
    }

    @Test
    void shareWebSocketFramesWithOthers() {
        HandWebSocket old = io.webSocket(0, 3, "");
        HandWebSocket current = io.connectedWebSocket("");
        for (HandWebSocket webSocket : new HandWebSocket[]{old, current}) {
            webSocket.send("42[\"subscribe\",\"log:a\"]");
            webSocket.take();
        }
        io.publish("log:a", "1");
        assertThat(old.take()).isEqualTo(current.take()).containsExactly("42[\"log_update\",1]");
    }

    @Test
    void sendAttachmentsAsBytesOfEitherKind() {
        HandWebSocket webSocket = io.webSocket(0, 3, "");
        webSocket.take();
        webSocket.send("451-3[\"upload\",{\"_placeholder\":true,\"num\":0}]");
        webSocket.sendBinary(4, 1, 2, 3);
        webSocket.send("451-4[\"upload\",{\"_placeholder\":true,\"num\":0}]", "b4AQID");
        assertThat(webSocket.take()).hasSize(2).allMatch(answer -> answer.contains("unknown event"));

        String sid = open();
        byte[] payload = "\0\4\5\u00ff451-3[\"upload\",{\"_placeholder\":true,\"num\":0}]\1\4\u00ff\4\1\2\3"
                .getBytes(StandardCharsets.ISO_8859_1);
        HandExchange post = io.request(1, "POST", POLLING + "&sid=" + sid);
        post.header("content-type", "application/octet-stream").body(payload);
        assertThat(post.make().answer()).isEqualTo("ok");
        assertThat(poll(sid).answer()).contains("433[{\"ok\":false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "9", "b2AQID", "5"})
    void areClosedOnPacketsThatAreNone(String packet) {
        HandWebSocket webSocket = io.webSocket(0, 3, "");
        webSocket.send(packet);
        String sid = open();
        assertThat(post(sid, counted(packet)).status()).isEqualTo(400);

        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(poll(sid).answer()).contains("Session ID unknown");
        assertThat(io.count(Counter.FRAMES_REFUSED)).isEqualTo(2);
    }

    @Test
    void areClosedOnBinaryFramesThatAreNoMessages() {
        HandWebSocket webSocket = io.webSocket(0, 3, "");
        webSocket.sendBinary(1, 2, 3);
        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
    }

    @Test
    void areClosedOnAPayloadWhoseLengthsDoNotFit() {
        String sid = open();
        assertThat(post(sid, "2:1").status()).isEqualTo(400);
        assertThat(poll(sid).answer()).contains("Session ID unknown");
    }

    // ---- the heartbeat

    @Test
    void beatThemselvesAndAreAnsweredWithWhatTheySaid() {
        HandWebSocket webSocket = io.webSocket(0, 3, "");
        webSocket.take();
        for (int i = 0; i < 4; i++) {
            io.pass(44_000);
            webSocket.send(i == 0 ? "2" : "2€" + i);
            assertThat(webSocket.take()).containsExactly(i == 0 ? "3" : "3€" + i);
        }
        assertThat(webSocket.closeCode).isZero();
    }

    @Test
    void areClosedOnceTheyAreSilentForIntervalAndTimeout() {
        HandWebSocket webSocket = io.webSocket(0, 3, "");
        String sid = open();
        io.pass(44_900);
        assertThat(webSocket.closeCode).isZero();
        io.pass(200);

        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(poll(sid).answer()).contains("Session ID unknown");
        assertThat(io.count(Counter.CLOSED_HEARTBEAT)).isEqualTo(2);
    }

    // ---- upgrade and the end

    @Test
    void moveToWebSocketWithEverythingInOrder() {
        String sid = open();
        assertThat(post(sid, counted("42[\"subscribe\",\"log:a\"]")).answer()).isEqualTo("ok");
        poll(sid);
        HandExchange held = poll(sid);
        HandWebSocket webSocket = io.webSocket(1, 3, "&sid=" + sid);
        webSocket.send("2probe");
        assertThat(webSocket.take()).containsExactly("3probe");
        assertThat(held.answer()).isEqualTo("1:6");
        io.publish("log:a", "\"€\"");
        io.publish("log:a", "2");
        webSocket.send("5");
        io.publish("log:a", "3");
        assertThat(webSocket.take()).containsExactly("42[\"log_update\",\"€\"]", "42[\"log_update\",2]",
                "42[\"log_update\",3]");
    }

    @Test
    void areToldThatItIsOver() {
        String sid = open();
        HandExchange held = poll(sid);
        post(sid, "1:1");
        assertThat(held.answer()).isEqualTo("1:6");
    }

    // ---- polling by script elements and forms

    @Test
    void pollByScriptElements() {
        HandExchange hello = io.get(0, POLLING + "&j=7");
        assertThat(hello.answerHeader("content-type")).isEqualTo("text/javascript; charset=UTF-8");
        String script = hello.answer();
        assertThat(script).startsWith("___eio[7](\"").contains(":0{\\\"sid\\\":\\\"").endsWith("\");");
        String sid = HandTurnedTransport.sidIn(script.replace("\\", ""));

        HandExchange post = io.request(1, "POST", POLLING + "&j=7&sid=" + sid);
        post.body("d=23%3A42%5B%22subscribe%22%2C%22log%3Aa%22%5D");
        assertThat(post.make().answer()).isEqualTo("ok");
        assertThat(post.answerHeader("content-type")).isEqualTo("text/html");
        HandExchange poll = io.get(2, POLLING + "&j=8&sid=" + sid);
        assertThat(poll.answer()).startsWith("___eio[8](\"").contains("subscribed");
    }

    @Test
    void areNobodyByScriptElementWhateverCookieTheirBrowserSends() {
        HandExchange byScript = io.request(0, "GET", POLLING + "&j=0");
        byScript.header("cookie", "session=ann");
        HandExchange byRequest = io.request(0, "GET", POLLING);
        byRequest.header("cookie", "session=ann");
        HandExchange withToken = io.request(0, "GET", POLLING + "&j=0&token=ann");
        withToken.header("cookie", "session=bob");

        assertThat(byScript.make().answer()).doesNotContain("user");
        assertThat(byRequest.make().answer()).contains("\"user\":\"ann\"");
        assertThat(withToken.make().answer()).contains("\\\"user\\\":\\\"ann\\\"");
    }

    private static String counted(String packet) {
        return packet.length() + ":" + packet;
    }

    private String open() {
        return HandTurnedTransport.sidIn(io.get(0, POLLING).answer());
    }

    private HandExchange poll(String sid) {
        return io.get(2, POLLING + "&sid=" + sid);
    }

    private HandExchange post(String sid, String body) {
        HandExchange exchange = io.request(1, "POST", POLLING + "&sid=" + sid);
        exchange.body(body);
        return exchange.make();
    }
}

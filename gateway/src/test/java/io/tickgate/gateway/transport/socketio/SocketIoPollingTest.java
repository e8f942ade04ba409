package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;

/** Socket.IO by polling, and the way from there to a WebSocket; the requests of one client come in on any loop. */
class SocketIoPollingTest {
    private final HandTurnedTransport io = new HandTurnedTransport(3);

    @AfterEach
    void close() {
        io.close();
    }

    // ---- polling

    @Test
    void closesClientsThatAskTwiceAtATime() {
        String sid = io.connected("");
        HandExchange first = io.poll(0, sid);
        HandExchange second = io.poll(1, sid);

        assertThat(second.status()).isEqualTo(400);
        assertThat(first.answer()).isEqualTo("1");
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
    }

    @Test
    void endsWithTheClientWhoseWaitingRequestIsCutOff() {
        String sid = io.connected("");
        io.poll(2, sid).abort();

        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void releasesTheWaitingRequestOfAClientThatLeaves() {
        String sid = io.connected("");
        HandExchange held = io.poll(2, sid);
        io.send(sid, "41\u001e1");

        assertThat(held.answer()).isEqualTo("6");
        assertThat(io.poll(2, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void answersTheRequestThatCrossedAClientsLastWordAndNoOther() {
        String sid = io.connected("");
        io.send(sid, "1");
        assertThat(io.poll(0, sid).answer()).isEqualTo("6");
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");

        String silent = io.connected("");
        io.send(silent, "1");
        io.pass(HandTurnedTransport.PING_TIMEOUT_MS);
        assertThat(io.poll(0, silent).answer()).contains("Session ID unknown");
    }

    @Test
    void bringsPollingClientsForwardThatFellBehind() {
        String sid = io.connected("");
        io.send(sid, "42[\"subscribe\",\"log:a\"]");
        io.packets(sid);
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
        String sid = io.connected("");
        io.send(sid, "42[\"subscribe\",\"log:a\"]");
        io.packets(sid);
        for (int i = 0; i <= HandTurnedTransport.HIGH_WATERMARK_BYTES / 1_000; i++) {
            io.publish("log:a", "\"" + "x".repeat(1_000) + "\"");
        }
        for (int i = 0; i < 6; i++) {
            assertThat(io.count(Counter.CLOSED_SLOW)).isZero();
            io.send(sid, "3");
            io.pass(10_000);
        }

        assertThat(io.count(Counter.CLOSED_SLOW)).isEqualTo(1);
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void closesPollingClientsThatOnlyAsk() {
        String sid = io.connected("");
        for (int i = 0; i < 10; i++) {
            io.post(1, sid, "40/other," + "\u001e40/other,".repeat(300));
        }

        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void reportsAMalformedPayloadToItsSenderAndReleasesTheWaitingRequest() {
        String sid = io.connected("");
        HandExchange held = io.poll(0, sid);

        HandExchange post = io.post(1, sid, "42[\"subscribe\",\"price:BTC-USD\"]\u001e\u001e");
        assertThat(post.status()).isEqualTo(400);
        assertThat(held.answer()).isEqualTo("1");
    }

    @Test
    void ignoresWhatFollowsTheEndInOnePayload() {
        String sid = io.connected("");
        assertThat(io.post(1, sid, "1\u001e42[\"subscribe\",\"price:BTC-USD\"]").answer()).isEqualTo("ok");

        assertThat(io.count(Counter.COMMANDS)).isZero();
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
        assertThat(io.count(Counter.FRAMES_REFUSED)).isZero();
    }

    // ---- upgrade

    @Test
    void movesToWebSocketWithEverythingInOrder() {
        String sid = io.connected("");
        io.send(sid, "421[\"subscribe\",\"log:a\"]");
        io.packets(sid);
        HandExchange held = io.poll(2, sid);
        HandWebSocket webSocket = io.webSocket(1, "&sid=" + sid);
        webSocket.send("2probe");
        assertThat(webSocket.take()).containsExactly("3probe");
        assertThat(held.answer()).isEqualTo("6");

        assertThat(io.packets(sid)).as("a request that crossed the probe").isEqualTo("6");
        io.publish("log:a", "1");
        assertThat(io.packets(sid)).isEqualTo("42[\"log_update\",1]");
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
        String sid = io.connected("");
        HandWebSocket webSocket = io.webSocket(0, "&sid=" + sid);
        webSocket.send(packet);

        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(io.poll(0, sid).isAnswered()).isFalse();
        assertThat(io.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
    }

    @Test
    void holdsRequestsAgainAfterAnUpgradeThatCameToNothing() {
        String sid = io.connected("");
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
        String sid = io.connected("");
        HandWebSocket first = io.webSocket(1, "&sid=" + sid);
        assertThat(io.webSocket(2, "&sid=" + sid).closeCode).isEqualTo(1000);
        first.send("2probe", "5");
        assertThat(io.webSocket(2, "&sid=" + sid).closeCode).isEqualTo(1000);
        assertThat(first.closeCode).isZero();
        first.send("42[\"subscribe\",\"log:a\"]");
        io.publish("log:a", "1");
        assertThat(first.take()).contains("42[\"log_update\",1]");
    }

    @Test
    void closesTheWebSocketOfAnUpgradeWhoseConnectionEnds() {
        String sid = io.connected("");
        HandWebSocket webSocket = io.webSocket(1, "&sid=" + sid);
        io.send(sid, "1");

        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
    }
}

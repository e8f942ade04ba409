package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.metrics.Counter;

/** A Socket.IO client from its handshake to its end. */
class SocketIoTransportTest {
    private final HandTurnedTransport io = new HandTurnedTransport(3);

    @AfterEach
    void close() {
        io.close();
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
            PUT  | EIO=4&transport=polling                           | {"code":2,"message":"Bad handshake method"}
            DELETE | EIO=4&transport=websocket                       | {"code":2,"message":"Bad handshake method"}
            GET  | EIO=2&transport=polling                           | {"code":5,"message":"Unsupported protocol version"}
            GET  | EIO=5&transport=polling                           | {"code":5,"message":"Unsupported protocol version"}
            GET  | EIO=abc&transport=polling                         | {"code":5,"message":"Unsupported protocol version"}
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

    // ---- signs of life

    @Test
    void beatsAndKeepsClientsThatAnswer() {
        HandWebSocket webSocket = io.connectedWebSocket("");
        for (int i = 0; i < 4; i++) {
            io.pass(25_000);
            assertThat(webSocket.take()).containsExactly("2");
            webSocket.send("3");
        }
        assertThat(webSocket.closeCode).isZero();
    }

    @Test
    void beatsForPollingClientsThatAreBetweenTwoRequests() {
        String sid = io.connected("");
        io.pass(25_000);
        io.pass(19_000);
        assertThat(io.packets(sid)).isEqualTo("2");
        io.send(sid, "3");
        io.pass(24_000);
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isZero();
    }

    @Test
    void closesSilentClientsWithoutDisconnect() {
        HandWebSocket webSocket = io.connectedWebSocket("");
        String sid = io.connected("");
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
        io.send(sid, "40{\"token\":\"brief\"}");
        io.packets(sid);
        io.pass(1_000);

        // In answers of their own: npm's client hears of an end in the same one before it acts on what came with it.
        assertThat(io.packets(sid)).isEqualTo("41");
        assertThat(io.packets(sid)).isEqualTo("1");
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void tellsAWaitingRequestToStayAwayAndTheNextOfTheEnd() {
        String sid = io.open(0, "");
        io.send(sid, "40{\"token\":\"brief\"}");
        io.packets(sid);
        HandExchange held = io.poll(0, sid);
        io.pass(1_000);

        assertThat(held.answer()).isEqualTo("41");
        assertThat(io.packets(sid)).isEqualTo("1");
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void keepsThatMessageNoLongerThanAHeartbeatMayTake() {
        String sid = io.open(0, "");
        io.send(sid, "40{\"token\":\"brief\"}");
        io.packets(sid);
        io.pass(1_000);
        assertThat(io.post(1, sid, "42[\"subscribe\",\"log:a\"]").answer()).isEqualTo("ok");
        io.pass(HandTurnedTransport.PING_TIMEOUT_MS);

        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    @Test
    void endsOneNamespaceWhoseTokenExpiredAndLeavesTheOther() {
        HandWebSocket webSocket = io.connectedWebSocket("");
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
        HandWebSocket webSocket = io.connectedWebSocket("");
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
        HandWebSocket webSocket = io.connectedWebSocket("");
        webSocket.leave();

        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(1);
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
        HandWebSocket webSocket = io.connectedWebSocket("");
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
            String sid = io.connected("");
            io.send(sid, "42[\"subscribe\",\"price:BTC-USD\"]");
            io.packets(sid);
            sids.add(sid);
        }
        io.drain();
        io.publish("price:BTC-USD", "1");
        io.pass(8_800);
        List<HandExchange> held = new ArrayList<>();
        for (String sid : sids) {
            assertThat(io.packets(sid)).contains("\"op\":\"goaway\"").endsWith("|42[\"price_update\",1]");
            held.add(io.poll(2, sid));
        }
        io.pass(200);
        assertThat(held).allMatch(poll -> poll.answer().equals("1"));
        assertThat(io.count(Counter.SESSIONS_CLOSED_SOCKETIO)).isEqualTo(sids.size());
    }
}

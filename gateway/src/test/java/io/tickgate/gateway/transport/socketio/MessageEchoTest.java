package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Engine.IO that gives back what it gets, without Socket.IO on top. */
class MessageEchoTest {
    private final HandTurnedTransport io = new HandTurnedTransport(3, false, HandTurnedTransport.Served.MESSAGE_ECHO);

    @AfterEach
    void close() {
        io.close();
    }

    @ParameterizedTest
    @CsvSource({"4,4hello,bAQIDBA==,01020304", "3,4hello,b4AQIDBA==,0401020304"})
    void givesBackMessagesByWebSocketAsWhatTheyWere(int version, String text, String base64, String bytes) {
        HandWebSocket webSocket = io.webSocket(0, version, "");
        webSocket.take();
        webSocket.send(text, base64, "4", "4€");
        assertThat(webSocket.take()).containsExactly(text, "bytes " + bytes, "4", "4€");
    }

    @Test
    void givesBackMessagesByPolling() {
        String sid = io.open(0, "");
        io.send(sid, "4test1\u001ebAQIDBA==\u001e4test3");
        assertThat(io.packets(sid)).isEqualTo("4test1|bAQIDBA==|4test3");
    }

    @Test
    void keepsClientsThatEnterNoNamespace() {
        HandWebSocket webSocket = io.webSocket(0, "");
        for (int i = 0; i < 3; i++) {
            io.pass(25_000);
            webSocket.send("3");
        }
        assertThat(webSocket.closeCode).isZero();
    }

    @Test
    void reckonsTheAnswerToAHeartbeatFromWhenThatWasDue() {
        String sid = io.open(0, "");
        io.pass(25_099);
        io.pass(19_900);
        assertThat(io.poll(0, sid).answer()).isEqualTo("2");
        io.pass(1);
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }
}

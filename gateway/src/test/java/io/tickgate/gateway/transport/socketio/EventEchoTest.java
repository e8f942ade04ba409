package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.metrics.Counter;

/** The Socket.IO that gives back what it gets: attachments and acknowledgements both ways, on both transports. */
class EventEchoTest {
    private static final String PLACEHOLDERS = "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}";

    private final HandTurnedTransport io = new HandTurnedTransport(3, false, HandTurnedTransport.Served.EVENT_ECHO);

    @AfterEach
    void close() {
        io.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            40                       | 40          | 42["auth",{}]
            40{"token":"123"}        | 40          | 42["auth",{"token":"123"}]
            40/custom,               | 40/custom,  | 42/custom,["auth",{}]
            40/custom,{"a":[1, 2]}   | 40/custom,  | 42/custom,["auth",{"a":[1, 2]}]
            """)
    void tellsWhatTheClientSaidAboutItself(String connect, String answer, String auth) {
        HandWebSocket webSocket = io.webSocket(0, "");
        webSocket.take();
        webSocket.send(connect);
        assertThat(webSocket.take()).singleElement().asString().startsWith(answer + "{\"sid\":\"");
        io.pass(10);
        assertThat(webSocket.take()).containsExactly(auth);
    }

    @Test
    void tellsNothingOfThatToAClientThatHasLeft() {
        HandWebSocket webSocket = io.webSocket(0, "");
        webSocket.send("40", "41");
        webSocket.take();
        io.pass(10);
        assertThat(webSocket.take()).isEmpty();
    }

    @Test
    void servesNoOtherNamespace() {
        HandWebSocket webSocket = connected();
        webSocket.send("40/random");
        assertThat(webSocket.take()).containsExactly("44/random,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void givesBackArgumentsAsEventsAndAsAcknowledgements() {
        HandWebSocket webSocket = connected();
        webSocket.send("42[\"message\",1,\"2\",{\"3\":[true]}]", "42456[\"message-with-ack\",1,\"2\"]",
                "42[\"message-with-ack\",1]", "42[\"unknown\"]", "42[\"message\"]");
        assertThat(webSocket.take()).containsExactly("42[\"message-back\",1,\"2\",{\"3\":[true]}]", "43456[1,\"2\"]",
                "42[\"message-back\"]");
    }

    @Test
    void givesBackAttachmentsByWebSocket() {
        HandWebSocket webSocket = connected();
        webSocket.send("452-[\"message\"," + PLACEHOLDERS + "]");
        webSocket.sendBinary(1, 2, 3);
        assertThat(webSocket.take()).isEmpty();
        webSocket.sendBinary(4);
        webSocket.send("452-789[\"message-with-ack\"," + PLACEHOLDERS + "]");
        webSocket.sendBinary();
        webSocket.send("bBQY=");

        assertThat(webSocket.take()).containsExactly("452-[\"message-back\"," + PLACEHOLDERS + "]", "bytes 010203",
                "bytes 04", "462-789[" + PLACEHOLDERS + "]", "bytes ", "bytes 0506");
    }

    @Test
    void givesBackAttachmentsByPolling() {
        String sid = io.open(0, "");
        io.send(sid, "40");
        io.pass(10);
        io.packets(sid);
        io.send(sid, "452-[\"message\"," + PLACEHOLDERS + "]\u001ebAQID");
        io.send(sid, "bBA==\u001e42[\"message\",1]");
        assertThat(io.packets(sid))
                .isEqualTo("452-[\"message-back\"," + PLACEHOLDERS + "]|bAQID|bBA==|42[\"message-back\",1]");
    }

    @Test
    void givesBackAttachmentsToOldClientsAsBytesOrBase64() {
        String bytes = "451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]";
        assertThat(echoOfOldClient("").answerHex()).as("a binary payload")
                .isEqualTo("000500ff" + hex(bytes) + "0104ff04010203");
        assertThat(echoOfOldClient("&b64=1").answer()).isEqualTo(bytes.length() + ":" + bytes + "6:b4AQID");

        HandWebSocket webSocket = io.webSocket(0, 3, "");
        io.pass(10);
        webSocket.take();
        webSocket.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
        webSocket.sendBinary(4, 1, 2, 3);
        assertThat(webSocket.take()).containsExactly(bytes, "bytes 04010203");
    }

    private HandExchange echoOfOldClient(String query) {
        String sid = HandTurnedTransport.sidIn(io.get(0, "EIO=3&transport=polling" + query).answer());
        io.pass(10);
        io.get(2, "EIO=3&transport=polling&sid=" + sid);
        HandExchange post = io.request(1, "POST", "EIO=3&transport=polling&sid=" + sid);
        String event = "451-[\"message\",{\"_placeholder\":true,\"num\":0}]";
        post.body(event.length() + ":" + event + "6:b4AQID");
        assertThat(post.make().answer()).isEqualTo("ok");
        return io.get(2, "EIO=3&transport=polling&sid=" + sid);
    }

    private static String hex(String ascii) {
        StringBuilder hex = new StringBuilder();
        ascii.chars().forEach(octet -> hex.append("%02x".formatted(octet)));
        return hex.toString();
    }

    @Test
    void sendsBase64ToWebSocketClientsWithoutBinary() {
        HandWebSocket webSocket = io.webSocket(0, "&b64=1");
        webSocket.send("40", "451-[\"message\",{\"_placeholder\":true,\"num\":0}]", "bAQID");
        assertThat(webSocket.take()).last().isEqualTo("bAQID");
    }

    @Test
    void movesAttachmentsThatWaitToTheWebSocketAsBytes() {
        String sid = io.open(0, "");
        io.send(sid, "40");
        io.pass(10);
        io.packets(sid);
        HandWebSocket webSocket = io.webSocket(0, "&sid=" + sid);
        webSocket.send("2probe");
        io.send(sid, "451-[\"message\",{\"_placeholder\":true,\"num\":0}]\u001ebAQID");
        webSocket.take();
        webSocket.send("5");
        assertThat(webSocket.take()).containsExactly("451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]",
                "bytes 010203");
    }

    // ---- acknowledgements that the gateway asks for

    @Test
    void asksForAcknowledgementsAndGetsThem() {
        HandWebSocket webSocket = connected();
        webSocket.send("40/custom");
        io.pass(10);
        webSocket.send("42[\"message-for-ack\",1]", "42/custom,[\"message-for-ack\",2]",
                "42[\"message-for-ack\",3]");
        assertThat(webSocket.take()).endsWith("420[\"message-back\",1]", "42/custom,0[\"message-back\",2]",
                "421[\"message-back\",3]");

        webSocket.send("431[\"b\"]", "43/custom,0[]", "461-0[{\"_placeholder\":true,\"num\":0}]");
        webSocket.sendBinary(7);
        assertThat(webSocket.take()).containsExactly("42[\"ack-back\",\"b\"]", "42/custom,[\"ack-back\"]",
                "451-[\"ack-back\",{\"_placeholder\":true,\"num\":0}]", "bytes 07");
    }

    @Test
    void takesAnAcknowledgementOnceAndOnlyOfWhatItAsked() {
        HandWebSocket webSocket = connected();
        webSocket.send("42[\"message-for-ack\"]", "430[]", "430[]", "439[]");
        assertThat(webSocket.take()).containsExactly("420[\"message-back\"]", "42[\"ack-back\"]");
        assertThat(webSocket.closeCode).isZero();
    }

    @Test
    void forgetsTheOldestAcknowledgementOfAClientThatOwesTooMany() {
        HandWebSocket webSocket = connected();
        for (int i = 0; i <= AckRequests.MAX_OPEN; i++) {
            webSocket.send("42[\"message-for-ack\"]");
        }
        webSocket.take();
        webSocket.send("430[]", "431[]");
        assertThat(webSocket.take()).containsExactly("42[\"ack-back\"]");
        assertThat(io.count(Counter.ACKS_FORGOTTEN)).isEqualTo(1);
    }

    // ---- attachments that break a rule

    @Test
    void closesOnMoreAttachmentsThanTheLimit() {
        HandWebSocket webSocket = connected();
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            arguments.add("{\"_placeholder\":true,\"num\":" + i + "}");
        }
        webSocket.send("4511-[\"message\"," + String.join(",", arguments) + "]");
        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(io.count(Counter.ATTACHMENTS_REFUSED)).isEqualTo(1);
    }

    @Test
    void closesOnMoreAttachmentBytesThanTheLimit() {
        HandWebSocket webSocket = connected();
        for (int i = 0; i < 2; i++) {
            webSocket.send("452-[\"message\"," + PLACEHOLDERS + "]");
            webSocket.sendBinary(new int[HandTurnedTransport.MAX_ATTACHMENT_BYTES / 2]);
            webSocket.sendBinary(new int[HandTurnedTransport.MAX_ATTACHMENT_BYTES / 2 + i]);
        }
        assertThat(webSocket.take()).hasSize(3);
        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
        assertThat(io.count(Counter.ATTACHMENTS_REFUSED)).isEqualTo(1);
        assertThat(io.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
    }

    @Test
    void closesOnAttachmentsForANamespaceThatTheClientIsNotIn() {
        HandWebSocket webSocket = connected();
        webSocket.send("451-/custom,[\"message\",{\"_placeholder\":true,\"num\":0}]");
        assertThat(webSocket.closeCode).isEqualTo(HandWebSocket.CUT_OFF);
    }

    @Test
    void closesClientsThatTakeNothing() {
        String sid = io.open(0, "");
        io.send(sid, "40");
        String message = "42[\"message\",\"" + "x".repeat(4_000) + "\"]";
        for (int i = 0; i < 8; i++) {
            io.send(sid, message);
        }
        io.post(1, sid, message);
        assertThat(io.poll(0, sid).answer()).contains("Session ID unknown");
    }

    private HandWebSocket connected() {
        HandWebSocket webSocket = io.webSocket(0, "");
        webSocket.send("40");
        io.pass(10);
        assertThat(webSocket.take()).hasSize(3);
        return webSocket;
    }
}

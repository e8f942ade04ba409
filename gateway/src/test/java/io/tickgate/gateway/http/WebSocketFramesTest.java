package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;
import io.tickgate.protocol.websocket.WebSocketDecoder;
import io.tickgate.protocol.websocket.WebSocketEncoder;

/**
 * The essential cases of the Autobahn suite, by its own numbers, over TCP: at once, byte by byte, and as it closes. Frames are
 * written as first octet and payload, e.g. {@code 81:6162}; the client's are masked.
 */
class WebSocketFramesTest {
    private static final String ECHOES = """
            1.1.1 | 81:                                            | 81:
            1.1.2 | 81:2a2a                                        | 81:2a2a
            1.2.1 | 82:                                            | 82:
            1.2.2 | 82:fefefe                                      | 82:fefefe
            2.1   | 89:                                            | 8a:
            2.2   | 89:48656c6c6f                                  | 8a:48656c6c6f
            2.3   | 89:00fffe00                                    | 8a:00fffe00
            2.7   | 8a: 89:01                                      | 8a:01
            2.8   | 8a:aabb 89:02                                  | 8a:02
            2.10  | 89:01 89:02 89:03                              | 8a:01 8a:02 8a:03
            5.3   | 01:61 80:62                                    | 81:6162
            5.6   | 01:61 89:70 80:62                              | 8a:70 81:6162
            5.7   | 01:61 00:62 89:70 89:71 80:63                  | 8a:70 8a:71 81:616263
            5.19  | 01:61 00:62 89:70 00:63 00:64 89:71 80:65      | 8a:70 8a:71 81:6162636465
            6.1.2 | 01: 00: 80:                                    | 81:
            6.1.3 | 01: 00:61 80:                                  | 81:61
            6.2.1 | 81:48c3a96cf09f9880                            | 81:48c3a96cf09f9880
            6.2.2 | 01:48c3 80:a96c                                | 81:48c3a96c
            6.2.3 | 01:f0 00:9f 00:98 80:80                        | 81:f09f9880
            6.7.1 | 81:00                                          | 81:00
            6.9.4 | 81:f48fbfbf                                    | 81:f48fbfbf
            6.22  | 81:efbfbe 81:efbfbf                            | 81:efbfbe 81:efbfbf
            6.b   | 02:c080 80:ff                                  | 82:c080ff
            """;

    private static final String BREACHES = """
            3.1   | c1:61                      | 1002
            3.2   | 81:61 a1:62                | 1002
            3.4   | 81:61 b1:62 89:            | 1002
            3.5   | c2:61                      | 1002
            3.6   | d9:                        | 1002
            3.7   | e8:                        | 1002
            4.1.1 | 83:                        | 1002
            4.1.3 | 81:61 85: 89:              | 1002
            4.1.5 | 87:61                      | 1002
            4.2.1 | 8b:                        | 1002
            4.2.5 | 81:61 8f:61                | 1002
            5.1   | 09:70 8a:70                | 1002
            5.2   | 0a:70                      | 1002
            5.9   | 80:61 81:62                | 1002
            5.10  | 00:61                      | 1002
            5.18  | 01:61 01:62                | 1002
            5.20  | 01:61 82:62                | 1002
            6.3.1 | 81:cebae1bdb9cf83cebcceb5eda080656469746564 | 1007
            6.3.2 | 01:ff 89:                  | 1007
            6.4.1 | 01:ceba 00:f4908080 80:65  | 1007
            6.10  | 81:c080                    | 1007
            6.12  | 81:80                      | 1007
            6.15  | 81:f0288cbc                | 1007
            6.16  | 81:eda080                  | 1007
            6.20  | 81:f8888080af              | 1007
            6.c   | 01:c3 80:                  | 1007
            7.3.2 | 88:03                      | 1002
            7.5.1 | 88:03e8cebae1bdb9eda080    | 1007
            9.x   | 02:61 81:62                | 1002
            """;

    private TestPort port;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        port = TestPort.start(Map.of());
        client = new RawClient(port.port());
        client.send(WebSocketTest.HANDSHAKE);
        client.readUntil("\r\n\r\n");
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        port.close();
    }

    /** Frames of at most 125 bytes. */
    private static byte[] frames(String frames, boolean masked) {
        ByteBuf out = Unpooled.buffer();
        for (String frame : frames.strip().split(" +")) {
            String[] parts = frame.split(":", 2);
            byte[] payload = ByteBufUtil.decodeHexDump(parts[1]);
            out.writeBytes(ByteBufUtil.decodeHexDump(parts[0]));
            if (masked) {
                // A key of zeros leaves the payload as it is.
                out.writeByte(0x80 | payload.length).writeInt(0);
            } else {
                out.writeByte(payload.length);
            }
            out.writeBytes(payload);
        }
        return ByteBufUtil.getBytes(out);
    }

    private static String close(int code) {
        ByteBuf frame = Unpooled.buffer();
        WebSocketEncoder.writeClose(code, reason(code), frame);
        return ByteBufUtil.hexDump(frame);
    }

    private static String reason(int code) {
        return switch (code) {
            case 1002 -> "protocol_error";
            case 1007 -> "invalid_payload";
            default -> "too_big";
        };
    }

    private void expect(String hex) throws IOException {
        assertThat(client.readHex(hex.length() / 2)).isEqualTo(hex);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = ECHOES, delimiter = '|')
    void answers(String number, String sent, String answered) throws Exception {
        client.send(frames(sent, true));
        expect(ByteBufUtil.hexDump(frames(answered, false)));
        for (byte octet : frames(sent, true)) {
            client.send(new byte[]{octet});
        }
        expect(ByteBufUtil.hexDump(frames(answered, false)));
        client.send(frames("88:03e8", true));
        expect("880203e8");
        assertThat(client.readToEnd()).as(number).isEmpty();
        assertThat(port.count(Counter.FRAMES_REFUSED)).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = BREACHES, delimiter = '|')
    void refuses(String number, String sent, int code) throws Exception {
        client.send(frames(sent, true));
        String answered = "";
        for (String before : answeredBefore(sent)) {
            answered += before;
        }
        expect(answered + close(code));
        assertThat(client.readToEnd()).as(number).isEmpty();
        assertThat(port.count(Counter.FRAMES_REFUSED)).isEqualTo(1);
        TestPort.OpenWebSocket open = TestPort.next(port.webSockets);
        client.close();
        await().until(() -> open.closed.get() == 1);
    }

    /** What of it is whole and right is answered before the breach. */
    private static List<String> answeredBefore(String sent) {
        List<String> answers = new ArrayList<>();
        String first = sent.strip().split(" ")[0];
        if (first.equals("81:61")) {
            answers.add(ByteBufUtil.hexDump(frames(first, false)));
        }
        return answers;
    }

    /** 7.7.x; with a reason too (7.3.4). */
    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
            4999})
    void echoesTheCodeOfAClose(int code) throws Exception {
        String hex = String.format(Locale.ROOT, "%04x", code);
        client.send(frames("88:" + hex + "627965 81:61", true));
        expect("8802" + hex);
        assertThat(client.readToEnd()).isEmpty();
    }

    /** 7.9.x, 7.13.x */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535})
    void refusesCodesThatAreNeverSent(int code) throws Exception {
        client.send(frames("88:" + String.format(Locale.ROOT, "%04x", code), true));
        expect(close(1002));
        assertThat(client.readToEnd()).isEmpty();
    }

    /** 7.1.x: what follows a close is not heard; 7.3.5: a reason of 123 bytes is the longest. */
    @Test
    void hearsNothingAfterAClose() throws Exception {
        client.send(frames("88:03e8" + "2a".repeat(123) + " 81:61 89:70 88:03e9", true));
        expect("880203e8");
        assertThat(client.readToEnd()).isEmpty();
        assertThat(TestPort.next(port.webSockets).texts).isEmpty();
    }

    /** 2.5, 7.3.6 */
    @ParameterizedTest
    @ValueSource(strings = {"89fe007e00000000", "88fe007e00000000", "8aff000000000000007e00000000"})
    void refusesControlFramesOfMoreThan125Bytes(String head) throws Exception {
        client.sendHex(head);
        expect(close(1002));
        assertThat(client.readToEnd()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"82fe007d00000000,1002", "82ff000000000000ffff00000000,1002", "82ffffffffffffffffff00000000,1002",
            "82ff7fffffffffffffff00000000,1009", "82ff000000000001000000000000,1009"})
    void refusesLengthsThatAreNotMinimalOrNotServed(String head, int code) throws Exception {
        client.sendHex(head);
        expect(close(code));
        assertThat(client.readToEnd()).isEmpty();
    }

    @Test
    void refusesOneFragmentTooManyAndCountsIt() throws Exception {
        ByteBuf frames = Unpooled.buffer();
        for (int i = 0; i <= WebSocketDecoder.MAX_FRAGMENTS; i++) {
            frames.writeByte(i == 0 ? 1 : 0).writeByte(0x80).writeInt(0);
        }
        client.send(ByteBufUtil.getBytes(frames));
        expect(close(1009));
        assertThat(client.readToEnd()).isEmpty();
        assertThat(port.count(Counter.FRAGMENTS_REFUSED)).isEqualTo(1);
        assertThat(port.count(Counter.FRAMES_REFUSED)).isZero();
    }
}

package io.tickgate.protocol.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import io.tickgate.protocol.socketio.SocketPacket.Ack;
import io.tickgate.protocol.socketio.SocketPacket.Event;

class SocketPacketFuzzTest {
    private static final String[] PACKETS = {"0", "0/admin,{\"token\":\"1€3\"}", "1/admin,",
            "2/ns,12[\"subscribe\",{\"channels\":[\"price:BTC-USD\"],\"interval\":250},\"\\u20ac\",-1.5e3]",
            "3/admin,13[\"bar\",{\"a\":[1,[2]]}]", "4{\"message\":\"Not authorized\",\"data\":{}}",
            "52-/admin,7[\"baz\",{\"_placeholder\":true,\"num\":0},[{\"_placeholder\":true,\"num\":1}]]",
            "61-15[\"bar\",{\"_placeholder\":true,\"num\":0}]"};
    private static final String ALPHABET = "0123456-/,[]{}\"\\ \n:eé€\u0000\u001e._placeholdernumtrue";

    private final SocketPacketDecoder decoder = new SocketPacketDecoder(new SocketPacketLimits(3, 12, 4, 6));

    @Test
    void refusesOrReadsAPacketCutAnywhere() throws IOException {
        for (String packet : PACKETS) {
            byte[] whole = packet.getBytes(UTF_8);
            assertThat(decodes(whole)).isTrue();
            for (int length = 0; length < whole.length; length++) {
                boolean decoded = decodes(Arrays.copyOf(whole, length));
                // Data is bracketed: only a packet without any can be the beginning of another.
                assertThat(decoded && packet.indexOf('{') >= 0 && length > packet.indexOf(',') + 1
                        && packet.indexOf(',') > 0).as("%s cut at %d", packet, length).isFalse();
            }
        }
    }

    @Test
    void throwsNothingButTheFaultOnMutatedPackets() throws IOException {
        SplittableRandom random = new SplittableRandom(20_260_101);
        int decoded = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = PACKETS[random.nextInt(PACKETS.length)].getBytes(UTF_8);
            for (int mutations = random.nextInt(4); mutations >= 0; mutations--) {
                bytes = mutate(bytes, random);
            }
            decoded += decodes(bytes) ? 1 : 0;
        }
        assertThat(decoded).isBetween(1_000, 199_000);
    }

    @Test
    void throwsNothingButTheFaultOnRandomText() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200_000; round++) {
            StringBuilder text = new StringBuilder().append((char) ('0' + random.nextInt(8)));
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            decodes(text.toString().getBytes(UTF_8));
        }
    }

    private static byte[] mutate(byte[] bytes, SplittableRandom random) {
        int at = random.nextInt(bytes.length + 1);
        byte octet = random.nextInt(4) == 0
                ? (byte) random.nextInt()
                : (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        List<Byte> result = new ArrayList<>(bytes.length + 1);
        for (byte each : bytes) {
            result.add(each);
        }
        switch (random.nextInt(3)) {
            case 0 -> result.add(at, octet);
            case 1 -> {
                if (at < bytes.length) {
                    result.set(at, octet);
                }
            }
            default -> {
                if (at < bytes.length) {
                    result.remove(at);
                }
            }
        }
        byte[] mutated = new byte[result.size()];
        for (int i = 0; i < mutated.length; i++) {
            mutated[i] = result.get(i);
        }
        return mutated;
    }

    /** Whether the bytes are a packet; checks that its arguments are JSON values and within the limits. */
    private boolean decodes(byte[] bytes) throws IOException {
        try {
            SocketPacket packet = decoder.decode(Unpooled.wrappedBuffer(bytes));
            assertThat(packet.namespace()).startsWith("/");
            if (packet instanceof Event event) {
                check(event.arguments(), event.attachments());
            } else if (packet instanceof Ack ack) {
                check(ack.arguments(), ack.attachments());
            }
            return true;
        } catch (SocketIoFault expected) {
            return false;
        }
    }

    private static void check(List<JsonText> arguments, int attachments) throws IOException {
        assertThat(arguments.size()).isLessThanOrEqualTo(4);
        assertThat(attachments).isBetween(0, 3);
        for (JsonText argument : arguments) {
            try (JsonParser parser = new JsonFactory().createParser(argument.toBytes())) {
                parser.nextToken();
                assertThat(parser.currentTokenLocation().getByteOffset()).isZero();
                parser.skipChildren();
                parser.finishToken();
                assertThat(parser.currentLocation().getByteOffset()).isEqualTo(argument.length());
                assertThat(parser.nextToken()).isNull();
            }
        }
    }
}

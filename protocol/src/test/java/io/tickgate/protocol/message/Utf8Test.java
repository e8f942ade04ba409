package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void agreesWithTheJdkOnEveryTwoBytesAndOnThreeAndFourByteBorders() {
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                check((byte) first, (byte) second);
                for (int tail : new int[]{0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff}) {
                    check((byte) first, (byte) second, (byte) tail);
                    check((byte) first, (byte) second, (byte) tail, (byte) 0x80);
                    check((byte) first, (byte) second, (byte) tail, (byte) 0xc0);
                }
            }
        }
    }

    @Test
    void agreesWithTheJdkOnMutatedTexts() {
        byte[] text = "plain ascii, ümläut, ₿, 😀, and then a long run of ascii again".getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = text.clone();
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            check(mutated);
        }
    }

    /** Of long ones other memory is read. */
    @Test
    void agreesWithTheJdkOnLongTextsWithOneByteChanged() {
        byte[] text = "0123456789 ü ₿ 😀 0123456789".repeat(10).getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = text.clone();
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            check(mutated);
        }
    }

    @Test
    void goesOnAfterACutAtAnyByte() {
        ByteBuf text = Unpooled.copiedBuffer("0123456789 ü ₿ 😀 0123456789".repeat(10), StandardCharsets.UTF_8);
        int length = text.readableBytes();
        for (int cut = 0; cut <= length; cut++) {
            int state = Utf8.advance(Utf8.ACCEPT, text, 0, cut);
            assertThat(state).isNotEqualTo(Utf8.REJECT);
            assertThat(Utf8.advance(state, text, cut, length)).isEqualTo(Utf8.ACCEPT);
        }
        text.release();
    }

    @Test
    void knowsByHowMuchATextIsLongerThanInJavaScript() {
        for (String text : List.of("", "abc", "ü", "₿", "\uD83D\uDE00", "a ü ₿ \uD83D\uDE00 \uD83D\uDE00 z")) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            assertThat(utf8.length - Utf8.surplus(utf8)).as(text).isEqualTo(text.length());
        }
    }

    private static void check(byte... octets) {
        boolean expected = jdkAccepts(octets);
        ByteBuf buffer = Unpooled.wrappedBuffer(octets);
        boolean advanced = Utf8.advance(Utf8.ACCEPT, buffer, 0, octets.length) == Utf8.ACCEPT;
        buffer.release();
        // Asserted only on a difference: this runs two million times.
        if (Utf8.isWellFormed(octets) != expected || advanced != expected) {
            fail("differs from the JDK on " + HexFormat.of().formatHex(octets));
        }
    }

    private static boolean jdkAccepts(byte[] octets) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        return !decoder.decode(ByteBuffer.wrap(octets), CharBuffer.allocate(octets.length), true).isError();
    }
}

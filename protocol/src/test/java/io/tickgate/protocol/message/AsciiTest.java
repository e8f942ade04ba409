package io.tickgate.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class AsciiTest {
    @Test
    void writesDecimalsLikeTheJdkAroundEveryPowerOfTenAndTwo() {
        long power = 1;
        for (int i = 0; i < 19; i++, power *= 10) {
            checkDecimalsAround(power);
        }
        for (int bit = 0; bit < 64; bit++) {
            checkDecimalsAround(1L << bit);
        }
    }

    @Test
    void writesAnyDecimalLikeTheJdk() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            checkDecimal(random.nextLong() >> random.nextInt(64));
        }
    }

    @Test
    void writesHexLikeTheJdk() {
        for (int bit = 0; bit < 32; bit++) {
            for (int delta = -1; delta <= 1; delta++) {
                int value = (1 << bit) + delta;
                assertThat(written(out -> Ascii.writeHex(value, out))).isEqualTo(Integer.toHexString(value));
                assertThat(Ascii.hexLength(value)).isEqualTo(Integer.toHexString(value).length());
            }
        }
    }

    private static void checkDecimalsAround(long value) {
        for (long delta = -1; delta <= 1; delta++) {
            checkDecimal(value + delta);
            checkDecimal(-(value + delta));
        }
    }

    private static void checkDecimal(long value) {
        assertThat(written(out -> Ascii.writeDecimal(value, out))).isEqualTo(Long.toString(value));
        assertThat(Ascii.decimalLength(value)).isEqualTo(Long.toString(value).length());
    }

    private static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer(1);
        try {
            writer.accept(out);
            return out.toString(StandardCharsets.US_ASCII);
        } finally {
            out.release();
        }
    }
}

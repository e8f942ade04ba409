package io.tickgate.gateway.broker.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.tickgate.gateway.model.ChannelName;

class PayloadCodecTest {
    private final PayloadCodec codec = new PayloadCodec("prod/", 10);

    @Test
    void givesTheSameStringForTheSameName() {
        String first = codec.decodeKey(direct("prod/price:BTC-USD"));

        assertThat(first).isEqualTo("price:BTC-USD");
        assertThat(codec.decodeKey(direct("prod/price:BTC-USD"))).isSameAs(first);
        assertThat(codec.decodeKey(direct("prod/price:BTC-EUR"))).isEqualTo("price:BTC-EUR");
    }

    @Test
    void tellsNamesWithTheSameHashApart() {
        assertThat("order:Aa").hasSameHashCodeAs("order:BB");
        for (int i = 0; i < 3; i++) {
            assertThat(codec.decodeKey(direct("prod/order:Aa"))).isEqualTo("order:Aa");
            assertThat(codec.decodeKey(direct("prod/order:BB"))).isEqualTo("order:BB");
        }
    }

    @Test
    void readsEveryNameRightHoweverManyThereAre() {
        Random random = new Random(7);
        for (int i = 0; i < 300_000; i++) {
            String name = "order:" + random.nextInt(100_000);
            assertThat(codec.decodeKey(direct("prod/" + name))).isEqualTo(name);
        }
    }

    @Test
    void aNameThatIsTooLongOrNotAsciiStaysNoName() {
        assertThat(ChannelName.isValid(codec.decodeKey(direct("prod/order:" + "x".repeat(5_000))))).isFalse();
        assertThat(codec.decodeKey(direct("prod/order:" + "x".repeat(5_000))).length()).isLessThan(200);
        assertThat(ChannelName.isValid(codec.decodeKey(direct("prod/order:é")))).isFalse();
        assertThat(codec.decodeKey(direct("prod"))).isEmpty();
    }

    @Test
    void copiesAPayloadUpToTheLimitOnly() {
        assertThat(codec.decodeValue(direct("0123456789"))).isEqualTo(bytes("0123456789"));
        assertThat(PayloadCodec.isTooBig(codec.decodeValue(direct("0123456789x")))).isTrue();
        assertThat(PayloadCodec.isTooBig(codec.decodeValue(direct("")))).isFalse();
    }

    @Test
    void putsThePrefixBeforeTheNameItSends() {
        assertThat(StandardCharsets.US_ASCII.decode(codec.encodeKey("order:1")).toString()).isEqualTo("prod/order:1");
    }

    /** In the middle of a direct buffer, as it is when it comes from the network. */
    private static ByteBuffer direct(String text) {
        byte[] bytes = bytes(text);
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 8);
        buffer.put(4, bytes);
        return buffer.position(4).limit(4 + bytes.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.tickgate.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;
import io.tickgate.gateway.model.Publication;
import io.tickgate.gateway.model.Topic;
import io.tickgate.protocol.compress.Coding;

final class EncodingsTest {
    private static final Publication UPDATE = publication("price:a", Kind.Readers.PUBLIC);
    private static final Publication OWN = publication("user:a", Kind.Readers.OWNER);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final Encodings encodings = new Encodings(new CompressionSettings(6, 1, 100, 5_000), allocator);
    private final Tally tally = new Tally(null);

    @AfterEach
    void nothingIsHeldAfterTheEnd() {
        encodings.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void connectionsOfOneFormatHaveTheSameTurnsAndOthersHaveTheirOwn() {
        Format format = new Format(null, null);
        assertThat(encodings.turns(format)).isSameAs(encodings.turns(format));
        assertThat(encodings.turns(new Format(null, null))).isNotSameAs(encodings.turns(format));
    }

    @Test
    void whoIsNotInStepSharesAnEncodingWithThoseWhoAreWrittenLikeThatAnyway() {
        Format withoutIds = new Format(null, null);
        Format withIds = new Format(withoutIds, null);
        encodings.turns(withIds).find(UPDATE, true).append(null, UPDATE, tally);
        encodings.turns(withoutIds).find(UPDATE, false).append(null, UPDATE, tally);
        assertThat(withIds.encoded).isZero();
        assertThat(withoutIds.encoded).isEqualTo(1);
    }

    @Test
    void whatIsTheUsersOwnIsWrittenPlainWhereTheFramingAllowsThat() {
        Format plainBehind = new Format(null, null);
        Format plain = new Format(plainBehind, null);
        Format behind = new Format(null, null);
        FormatTurns turns = encodings.turns(new Format(behind, plain));
        assertThat(turns.find(OWN, false).format()).isSameAs(plain);
        assertThat(turns.find(OWN, true).format()).isSameAs(plainBehind);
        assertThat(turns.find(UPDATE, false)).isSameAs(turns.inStep());
        assertThat(turns.find(UPDATE, true).format()).isSameAs(behind);
        assertThat(turns.interrupt(turns.find(UPDATE, false))).isTrue();
        assertThat(turns.interrupt(turns.find(UPDATE, true))).isTrue();
        assertThat(turns.interrupt(turns.find(OWN, true))).as("a stream goes on behind a plain message").isFalse();
    }

    private static Publication publication(String channel, Kind.Readers readers) {
        Kind kind = new Kind("any", DeliveryMode.EVERY, readers, Kind.Payload.JSON, false, "update");
        return new Publication(new Topic(channel, kind, "e"), 1, 1, "{}".getBytes(StandardCharsets.UTF_8), 0, 0,
                Publication.NO_AGE);
    }

    /** Counts what is encoded. */
    private static final class Format implements WireFormat {
        private final WireFormat lagging;
        private final WireFormat plain;
        private int encoded;

        Format(WireFormat lagging, WireFormat plain) {
            this.lagging = lagging;
            this.plain = plain;
        }

        @Override
        public void encodeUpdate(Publication publication, ByteBuf out) {
            encoded++;
            out.writeBytes(publication.payload());
        }

        @Override
        public void encodeSnapshot(Publication publication, ByteBuf out) {
            encodeUpdate(publication, out);
        }

        @Override
        public WireFormat lagging() {
            return lagging == null ? this : lagging;
        }

        @Override
        public Framing framing() {
            return plain == null ? null : new Deflated(plain);
        }
    }

    /** Blocks without frames. */
    private record Deflated(WireFormat plain) implements Framing {
        @Override
        public Coding coding() {
            return Coding.GZIP;
        }

        @Override
        public boolean isContinuous() {
            return true;
        }

        @Override
        public int compressedFromBytes() {
            return 0;
        }

        @Override
        public void frame(ByteBuf block, ByteBuf out) {
            out.writeBytes(block);
        }

        @Override
        public void framePlain(ByteBuf content, ByteBuf out) {
            out.writeBytes(content);
        }
    }
}

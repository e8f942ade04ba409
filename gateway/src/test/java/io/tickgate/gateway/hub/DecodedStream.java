package io.tickgate.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;

/** What one connection has got, as a real decoder reads it from the first byte on. */
final class DecodedStream {
    private static final int FIN_TEXT = 0x81;
    private static final int FIN_TEXT_DEFLATED = 0xc1;
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private DecodedStream() {}

    /** @param coded a whole response body, its coding's end included */
    static String text(CodedClient.Way way, byte[] coded) {
        try {
            if (way == CodedClient.Way.WEBSOCKET) {
                return messages(coded);
            }
            InputStream raw = new ByteArrayInputStream(coded);
            try (InputStream decoded = switch (way) {
                case GZIP -> new GZIPInputStream(raw);
                case ZSTD -> new ZstdInputStream(raw);
                case BROTLI -> new BrotliInputStream(raw);
                case WEBSOCKET -> throw new AssertionError();
            }) {
                return new String(decoded.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException | DataFormatException broken) {
            throw new AssertionError(way + " does not decode", broken);
        }
    }

    /** One inflater for the whole connection, as a client has that did not agree to go without context. */
    private static String messages(byte[] frames) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int at = 0;
        while (at < frames.length) {
            int first = frames[at] & 0xff;
            int length = frames[at + 1] & 0xff;
            at += 2;
            if (length == 126) {
                length = (frames[at] & 0xff) << 8 | (frames[at + 1] & 0xff);
                at += 2;
            }
            if (first == FIN_TEXT_DEFLATED) {
                byte[] buffer = new byte[64 * 1024];
                inflater.setInput(frames, at, length);
                text.write(buffer, 0, inflater.inflate(buffer));
                inflater.setInput(TAIL);
                text.write(buffer, 0, inflater.inflate(buffer));
                assertThat(inflater.getRemaining()).isZero();
            } else {
                assertThat(first).isEqualTo(FIN_TEXT);
                text.write(frames, at, length);
            }
            at += length;
        }
        inflater.end();
        return text.toString(StandardCharsets.UTF_8);
    }
}

package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.protocol.compress.Coding;

class ResponseEncoderTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 22, 1_000, 100_000})
    void makesRightGzipOfWhatCannotBeCompressed(int bytes) throws IOException {
        byte[] noise = new byte[bytes];
        new Random(7).nextBytes(noise);
        try (ResponseEncoder encoder = new ResponseEncoder(ResponseEncoder.Effort.QUICK)) {
            for (int i = 0; i < 2; i++) {
                byte[] coded = encoder.encode(noise, Coding.GZIP);
                assertThat(new GZIPInputStream(new ByteArrayInputStream(coded)).readAllBytes()).isEqualTo(noise);
            }
        }
    }
}

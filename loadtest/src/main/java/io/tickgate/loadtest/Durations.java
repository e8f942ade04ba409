package io.tickgate.loadtest;

import java.time.Duration;
import java.util.Locale;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as people write them: {@code 500ms}, {@code 10s}, {@code 1m}. Pure. */
final class Durations implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            String lower = text.toLowerCase(Locale.ROOT);
            return lower.endsWith("ms")
                    ? Duration.ofMillis(Long.parseLong(lower.substring(0, lower.length() - 2)))
                    : Duration.parse("PT" + lower);
        } catch (RuntimeException e) {
            throw new TypeConversionException("a duration is written 500ms, 10s or 1m, not '" + text + "'");
        }
    }
}

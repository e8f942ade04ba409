package io.tickgate.protocol.compress;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;

/** The content codings of HTTP that a response may have (RFC 9110 §8.4.1, RFC 7932, RFC 8878). Any thread. */
public enum Coding {
    /** As it is. */
    IDENTITY("identity"), GZIP("gzip"), BROTLI("br"), ZSTD("zstd");

    private final String token;

    Coding(String token) {
        this.token = token;
    }

    /** As in {@code Accept-Encoding} and {@code Content-Encoding}. */
    public String token() {
        return token;
    }

    /** Whether it can be had on this machine: two of them need a native library, which is loaded when first asked for. */
    public boolean isAvailable() {
        return switch (this) {
            case IDENTITY, GZIP -> true;
            case BROTLI -> Brotli4jLoader.isAvailable();
            case ZSTD -> ZstdLibrary.LOADED;
        };
    }

    private static final class ZstdLibrary {
        static final boolean LOADED = isLoaded();

        private static boolean isLoaded() {
            try {
                Native.load();
                return true;
            } catch (UnsatisfiedLinkError | ExceptionInInitializerError noLibrary) {
                return false;
            }
        }
    }
}

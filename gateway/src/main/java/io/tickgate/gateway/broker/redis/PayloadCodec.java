package io.tickgate.gateway.broker.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.lettuce.core.codec.RedisCodec;

/**
 * Channel names without the configured prefix, and payloads copied once, out of the buffer that was read into. Belongs to
 * the ingest loop; remembers a bounded number of names, so that a message on a known channel costs no String.
 */
final class PayloadCodec implements RedisCodec<String, byte[]> {
    /** What stands for a payload over the limit, which is never copied. */
    private static final byte[] TOO_BIG = new byte[0];

    /** One byte more than a name may have: enough to see that it is none. */
    private static final int MAX_NAME_BYTES = 129;
    private static final int SLOTS = 1 << 15;
    private static final int WAYS = 4;

    private final byte[] prefix;
    private final int maxPayloadBytes;
    private final byte[] name = new byte[MAX_NAME_BYTES];
    private final String[] known = new String[SLOTS];
    private int victim;

    /**
     * @param prefix ASCII
     * @param maxPayloadBytes a longer payload becomes one that {@link #isTooBig}
     */
    PayloadCodec(String prefix, int maxPayloadBytes) {
        this.prefix = prefix.getBytes(StandardCharsets.US_ASCII);
        this.maxPayloadBytes = maxPayloadBytes;
    }

    @SuppressWarnings("ReferenceEquality") // A payload may be empty too.
    static boolean isTooBig(byte[] payload) {
        return payload == TOO_BIG;
    }

    /** The name without the prefix; one that is too long is cut to a length at which it is still no channel's name. */
    @Override
    public String decodeKey(ByteBuffer bytes) {
        int start = bytes.position() + Math.min(prefix.length, bytes.remaining());
        int length = Math.min(bytes.limit() - start, MAX_NAME_BYTES);
        bytes.get(start, name, 0, length);
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + (name[i] & 0xff);
        }
        int set = ((hash ^ hash >>> 15) & (SLOTS / WAYS - 1)) * WAYS;
        for (int slot = set; slot < set + WAYS; slot++) {
            String candidate = known[slot];
            if (candidate != null && candidate.hashCode() == hash && isName(candidate, length)) {
                return candidate;
            }
        }
        String fresh = new String(name, 0, length, StandardCharsets.ISO_8859_1);
        known[set + (victim++ & WAYS - 1)] = fresh;
        return fresh;
    }

    /** {@link String#hashCode()} of Latin-1 text is what {@link #decodeKey} computes, so it has mostly decided already. */
    private boolean isName(String candidate, int length) {
        if (candidate.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (candidate.charAt(i) != (name[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] decodeValue(ByteBuffer bytes) {
        if (bytes.remaining() > maxPayloadBytes) {
            return TOO_BIG;
        }
        byte[] payload = new byte[bytes.remaining()];
        bytes.get(payload);
        return payload;
    }

    @Override
    public ByteBuffer encodeKey(String channel) {
        byte[] key = new byte[prefix.length + channel.length()];
        System.arraycopy(prefix, 0, key, 0, prefix.length);
        System.arraycopy(channel.getBytes(StandardCharsets.ISO_8859_1), 0, key, prefix.length, channel.length());
        return ByteBuffer.wrap(key);
    }

    @Override
    public ByteBuffer encodeValue(byte[] payload) {
        return ByteBuffer.wrap(payload);
    }
}

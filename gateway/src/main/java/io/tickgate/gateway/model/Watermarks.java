package io.tickgate.gateway.model;

/**
 * How much a connection is given ahead of its reader.
 *
 * @param highBytes what it is given at once, at most
 * @param lowBytes unsent bytes that are no sign of a slow reader, where they leave only later or when they are asked for
 */
public record Watermarks(int highBytes, int lowBytes) {

    /**
     * Whether so many unsent bytes are a sign of a slow reader.
     *
     * @param isDelayed whether what is written leaves only later, or when it is asked for
     */
    public boolean isTooMuch(long pendingBytes, boolean isDelayed) {
        return pendingBytes > (isDelayed ? lowBytes : 0);
    }
}

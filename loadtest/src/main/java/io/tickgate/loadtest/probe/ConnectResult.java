package io.tickgate.loadtest.probe;

/**
 * What connecting did to the server.
 *
 * @param seconds from the first connect to the last subscription answered
 * @param residentBytesPerConnection growth of VmRSS, user space only; a JVM grows its heap as it likes
 * @param heapBytesPerConnection growth of what a JVM's heap holds after a full collection; 0 where it was not asked
 * @param cpuMicrosPerConnection server CPU
 */
public record ConnectResult(int connections, double seconds, double perSecond, long residentBytes,
        double residentBytesPerConnection, double heapBytesPerConnection, double cpuMicrosPerConnection) {}

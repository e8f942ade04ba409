package io.tickgate.loadtest.probe;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;

/**
 * What all threads of a JVM on this machine have ever allocated on its heap, by that JVM's own counter, which is exact. Used by one
 * thread.
 */
final class HeapAllocation implements AutoCloseable {
    private final JMXConnector connector;
    private final ThreadMXBean threads;
    /** What one look at the counter allocates by itself. */
    private final long ownBytes;

    private HeapAllocation(JMXConnector connector) throws IOException {
        this.connector = connector;
        threads = ManagementFactory.getPlatformMXBean(connector.getMBeanServerConnection(), ThreadMXBean.class);
        // The first look loads classes.
        bytes();
        long before = bytes();
        ownBytes = bytes() - before;
    }

    /** @return null if that process is no JVM of this user */
    // The address comes from a process of this user on this machine, asked a moment ago.
    @SuppressWarnings("BanJNDI")
    static HeapAllocation of(long pid) {
        try {
            VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid));
            try {
                return new HeapAllocation(
                        JMXConnectorFactory.connect(new JMXServiceURL(jvm.startLocalManagementAgent())));
            } finally {
                jvm.detach();
            }
        } catch (AttachNotSupportedException | IOException noJvm) {
            return null;
        }
    }

    /** Up to now. */
    long bytes() {
        return threads.getTotalThreadAllocatedBytes();
    }

    /** Since {@link #bytes()} was that, without what looking costs. */
    long since(long earlier) {
        return Math.max(0, bytes() - earlier - ownBytes);
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}

package io.tickgate.gateway.http;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.handler.ssl.SslProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads certificate and key again every {@link HttpSettings#tlsReloadMs()} and hands a new pair on; what can't be used leaves
 * the old one in place. Owns a thread, since files may be slow.
 */
final class CertificateWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
    private static final int CLOSE_MS = 5_000;

    private final HttpSettings settings;
    private final SslProvider provider;
    private final Consumer<Tls> onNew;
    private final Runnable onRefused;
    private final Thread thread;
    private Tls.Digest known;
    private String lastProblem;

    /**
     * Starts it.
     *
     * @param onNew told of each new pair, whose context is then its own; on the watch's thread
     * @param onRefused told each time there is another reason why the files can't be used
     */
    CertificateWatch(HttpSettings settings, SslProvider provider, Tls.Digest known, Consumer<Tls> onNew,
            Runnable onRefused) {
        this.settings = settings;
        this.provider = provider;
        this.known = known;
        this.onNew = onNew;
        this.onRefused = onRefused;
        thread = Thread.ofPlatform().daemon().name("tickgate-certificate").start(this::run);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.MILLISECONDS.sleep(settings.tlsReloadMs());
                look();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            Tls next = Tls.loadUnless(known, settings, provider);
            lastProblem = null;
            if (next != null) {
                known = next.digest();
                LOG.info("took a new certificate, which expires at {}", next.expires());
                onNew.accept(next);
            }
        } catch (IOException e) {
            // Files that are half written, or not there for now, are looked at again; the same is said once.
            if (!e.getMessage().equals(lastProblem)) {
                lastProblem = e.getMessage();
                LOG.warn("the certificate in use stays: {}", e.getMessage());
                onRefused.run();
            }
        }
    }

    /** Hands nothing on any more when it returns. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.tickgate.gateway;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where the process begins and ends. */
public final class Main {

    private Main() {}

    /** Does what the command line says; a started gateway goes on when this returns. */
    public static void main(String[] args) {
        int exitCode = Cli.of(System.getenv(), DevelopmentSecret.directory(), Main::serve).execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    private static Cli.Running serve(GatewaySettings settings) throws IOException {
        Gateway gateway = new Gateway(settings);
        var served = new Served(gateway, gateway.madeUpKeys() ? leaveSecret(gateway) : null);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(served), "tickgate-stop"));
        System.out.println(new Banner(gateway, settings).text());
        return served;
    }

    /**
     * SIGTERM and Ctrl-C are the ways to stop, so they are a success: without the halt the JVM would exit with 143. A second one
     * doesn't wait for clients.
     */
    private static void stop(Served served) {
        StopSignals.onSignal(served.gateway::hurry);
        if (served.tryClose()) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static DevelopmentSecret leaveSecret(Gateway gateway) {
        try {
            return DevelopmentSecret.leave(DevelopmentSecret.directory(), gateway.port(), gateway.auth().jwtSecret());
        } catch (IOException | UnsupportedOperationException e) {
            System.err.println("tickgate: tickgate token will find no secret: " + e);
            return null;
        }
    }

    /** A gateway and what it left on disk, which go together and once, whoever asks first. */
    private static final class Served implements Cli.Running {
        private final Gateway gateway;
        private final DevelopmentSecret secret;
        private final AtomicBoolean closed = new AtomicBoolean();

        Served(Gateway gateway, DevelopmentSecret secret) {
            this.gateway = gateway;
            this.secret = secret;
        }

        @Override
        public int port() {
            return gateway.port();
        }

        @Override
        public void close() {
            tryClose();
        }

        boolean tryClose() {
            if (!closed.compareAndSet(false, true)) {
                return false;
            }
            if (secret != null) {
                secret.close();
            }
            gateway.close();
            return true;
        }
    }
}

package io.tickgate.gateway;

import java.io.IOException;

/** Where the process begins. */
public final class Main {

    private Main() {}

    /** Does what the command line says; a started gateway goes on when this returns. */
    public static void main(String[] args) {
        int exitCode = Cli.of(System.getenv(), DevelopmentSecret.directory(), Main::serve).execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    private static Gateway serve(GatewaySettings settings) throws IOException {
        Gateway gateway = new Gateway(settings);
        DevelopmentSecret secret = gateway.madeUpKeys()
                ? DevelopmentSecret.leave(DevelopmentSecret.directory(), gateway.port(), gateway.auth().jwtSecret())
                : null;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, secret), "tickgate-stop"));
        System.out.println(new Banner(gateway, settings).text());
        return gateway;
    }

    /** SIGTERM and Ctrl-C are the ways to stop, so they are a success: without the halt the JVM would exit with 143. */
    private static void stop(Gateway gateway, DevelopmentSecret secret) {
        gateway.close();
        if (secret != null) {
            secret.close();
        }
        Runtime.getRuntime().halt(0);
    }
}

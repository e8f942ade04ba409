package io.tickgate.gateway;

/** Where the process begins. */
public final class Main {

    private Main() {}

    /** Does what the command line says; a started gateway goes on when this returns. */
    public static void main(String[] args) {
        int exitCode = Cli.of(System.getenv(), DevelopmentSecret.directory(), Gateway::start).execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }
}

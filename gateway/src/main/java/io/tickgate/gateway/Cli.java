package io.tickgate.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line: starts a gateway, or does what a sub-command says. Whatever is wrong with it is told in one line on the
 * error stream with exit code {@value #EXIT_REFUSED}; a gateway that can't start gives {@value #EXIT_FAILED}. Main thread.
 */
@Command(name = "tickgate", mixinStandardHelpOptions = true, versionProvider = Cli.Version.class, sortOptions = false, sortSynopsis = false, abbreviateSynopsis = true, usageHelpWidth = 110, synopsisSubcommandLabel = "[COMMAND]", headerHeading = "Pushes what is published to Redis out to browsers.%n%n", commandListHeading = "%nCommands%n", footer = "%nA setting comes from its flag, else from the environment (--port is TICKGATE_PORT), else from the file (port:), "
        + "else it is preset.")
final class Cli implements Callable<Integer> {
    static final int EXIT_FAILED = 1;
    static final int EXIT_REFUSED = 2;

    private final SettingsSchema schema;
    private final Map<String, String> environment;
    private final Starter starter;

    @Spec
    private CommandSpec spec;

    /** Starts the gateway that the settings describe. */
    @FunctionalInterface
    interface Starter {
        /** Returns once it serves; its own threads keep it running. */
        Running start(GatewaySettings settings) throws Exception;
    }

    /** A gateway that serves until it is closed. */
    interface Running extends AutoCloseable {
        /** The TCP port it listens on, also where any free one was asked for. */
        int port();

        @Override
        void close();
    }

    /** The version of the jar this comes from. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Cli.class.getPackage().getImplementationVersion();
            return new String[]{"tickgate " + (version == null ? "development" : version)};
        }
    }

    private Cli(Map<String, String> environment, Starter starter) {
        this.schema = GatewaySettings.schema();
        this.environment = environment;
        this.starter = starter;
    }

    /**
     * The whole command line, to be executed once.
     *
     * @param environment the variables
     * @param temporary the directory in which a demo gateway leaves its secret
     * @param starter called with settings that were checked
     */
    static CommandLine of(Map<String, String> environment, Path temporary, Starter starter) {
        var cli = new Cli(environment, starter);
        var line = new CommandLine(cli);
        CommandLineSettings.addAll(line.getCommandSpec(), cli.schema);
        line.addSubcommand(TokenCommand.line(cli.schema, environment, temporary));
        line.addSubcommand(new SettingsCommand(cli.schema));
        line.addSubcommand(new RehearseCommand(cli.schema, starter));
        // A pattern may begin with an at sign, and must not name a file of arguments then.
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((refused, args) -> refuse(refused.getCommandLine(), explain(refused)));
        line.setExecutionExceptionHandler((failure, at, parsed) -> fail(at, failure));
        return line;
    }

    @Override
    public Integer call() throws Exception {
        starter.start(bind(spec.commandLine(), schema, environment));
        return 0;
    }

    /** The settings as the whole line, the environment and the file have them. */
    static GatewaySettings bind(CommandLine command, SettingsSchema schema, Map<String, String> environment) {
        Map<String, String> flags = CommandLineSettings.given(command, schema);
        return GatewaySettings.of(new SettingsBinder(schema).bind(flags, environment));
    }

    private static int fail(CommandLine at, Exception failure) throws Exception {
        if (failure instanceof SettingsException) {
            return refuse(at, failure.getMessage());
        }
        if (failure instanceof IOException) {
            at.getErr().println("tickgate: cannot start: " + failure.getMessage());
            return EXIT_FAILED;
        }
        throw failure;
    }

    private static int refuse(CommandLine at, String message) {
        at.getErr().println("tickgate: " + message);
        return EXIT_REFUSED;
    }

    private static String explain(ParameterException refused) {
        if (refused instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            CommandSpec command = refused.getCommandLine().getCommandSpec();
            List<String> known = new ArrayList<>(command.optionsMap().keySet());
            known.addAll(command.negatedOptionsMap().keySet());
            known.addAll(command.subcommands().keySet());
            String first = unmatched.getUnmatched().get(0);
            String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
            return "'" + first + "' is neither a flag nor a command" + NearestName.hint(name, known)
                    + " (see tickgate --help)";
        }
        return refused.getMessage().lines().findFirst().orElse("bad command line");
    }
}

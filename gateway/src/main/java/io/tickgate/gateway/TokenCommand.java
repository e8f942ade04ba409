package io.tickgate.gateway;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import io.tickgate.gateway.auth.TokenMint;

/**
 * Mints a token for development, with the configured secret or the one that the demo gateway on this machine made up. Main
 * thread.
 */
@Command(name = "token", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 110, description = "Prints a token for development.")
final class TokenCommand implements Callable<Integer> {
    private final SettingsSchema schema;
    private final Map<String, String> environment;
    private final Path temporary;

    @Spec
    private CommandSpec spec;

    @Option(names = "--sub", required = true, paramLabel = "USER", description = "The user that the token names.")
    private String user;

    @Option(names = "--channels", split = ",", paramLabel = "A,B,..", description = "Patterns of channels it may subscribe to, e.g. 'log:*'.")
    private String[] channels = {};

    @Option(names = "--ttl", paramLabel = "1h", defaultValue = "1h", converter = Ttl.class, description = "How long it is valid: a number with s, m, h or d; preset 1h.")
    private Duration ttl;

    /** A duration as people write it. */
    static final class Ttl implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,8})([smhd])");

        @Override
        public Duration convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException("allowed is a number with s, m, h or d, such as 90s or 1h");
            }
            long amount = Long.parseLong(form.group(1));
            return switch (form.group(2)) {
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
    }

    private TokenCommand(SettingsSchema schema, Map<String, String> environment, Path temporary) {
        this.schema = schema;
        this.environment = environment;
        this.temporary = temporary;
    }

    static CommandLine line(SettingsSchema schema, Map<String, String> environment, Path temporary) {
        var line = new CommandLine(new TokenCommand(schema, environment, temporary));
        CommandLineSettings.addSome(line.getCommandSpec(), schema, Set.of("jwtSecret", "port"));
        return line;
    }

    @Override
    public Integer call() {
        GatewaySettings settings = Cli.bind(spec.commandLine(), schema, environment);
        try {
            List<String> patterns = Arrays.stream(channels).filter(pattern -> !pattern.isEmpty()).toList();
            String token = new TokenMint(secret(settings)).mint(user, patterns, ttl, Instant.now());
            spec.commandLine().getOut().println(token);
            return 0;
        } catch (IllegalArgumentException e) {
            throw new SettingsException(e.getMessage());
        }
    }

    private String secret(GatewaySettings settings) {
        if (settings.auth().jwtSecret() != null) {
            return settings.auth().jwtSecret();
        }
        if (settings.auth().jwtKeyFile() != null) {
            throw new SettingsException("tokens are signed by whoever has the private key of jwtKeyFile, not here");
        }
        int port = settings.port();
        String secret = DevelopmentSecret.find(temporary, port);
        if (secret == null) {
            throw new SettingsException("no secret: set TICKGATE_JWT_SECRET, or start the demo gateway first (port "
                    + port + ", see --port)");
        }
        return secret;
    }
}

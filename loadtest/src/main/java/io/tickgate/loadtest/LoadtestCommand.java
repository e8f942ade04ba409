package io.tickgate.loadtest;

import java.time.Duration;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

import io.tickgate.loadtest.attack.AttackCommand;
import io.tickgate.loadtest.baseline.NettySocketIo;
import io.tickgate.loadtest.baseline.PlainNetty;
import io.tickgate.loadtest.baseline.RawLoop;
import io.tickgate.loadtest.bench.BenchCommand;
import io.tickgate.loadtest.bench.PromisesCommand;
import io.tickgate.loadtest.micro.MicroCommand;
import io.tickgate.loadtest.probe.ProbeCommand;

/** The command line of the load tests. */
@Command(name = "loadtest", mixinStandardHelpOptions = true, description = "Measures push gateways that fan out what is published to Redis.", subcommands = {
        ProbeCommand.class, BenchCommand.class, PromisesCommand.class, AttackCommand.class, MicroCommand.class,
        RawLoop.class,
        PlainNetty.class, NettySocketIo.class})
public final class LoadtestCommand {
    private LoadtestCommand() {}

    /** Runs a sub-command; the exit code is 0 for good, 1 for faults found, 2 for wrong use, 3 for a failure of the run itself. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        IExecutionExceptionHandler plainMessage = (failure, command, parsed) -> {
            command.getErr().println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
            return 3;
        };
        return new CommandLine(new LoadtestCommand()).registerConverter(Duration.class, new Durations())
                .setCaseInsensitiveEnumValuesAllowed(true).setExecutionExceptionHandler(plainMessage);
    }
}

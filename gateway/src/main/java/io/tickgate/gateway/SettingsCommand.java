package io.tickgate.gateway;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints all settings as Markdown, for the documentation. Main thread. */
@Command(name = "settings", mixinStandardHelpOptions = true, description = "Prints a table of all settings (Markdown).")
final class SettingsCommand implements Runnable {
    private final SettingsSchema schema;

    @Spec
    private CommandSpec spec;

    SettingsCommand(SettingsSchema schema) {
        this.schema = schema;
    }

    @Override
    public void run() {
        spec.commandLine().getOut().print(schema.toMarkdown());
        spec.commandLine().getOut().flush();
    }
}

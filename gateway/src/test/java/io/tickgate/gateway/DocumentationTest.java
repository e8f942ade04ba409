package io.tickgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;

final class DocumentationTest {

    @Test
    void theTableOfSettingsIsWhatTheCommandPrints() throws IOException {
        StringWriter printed = new StringWriter();
        Cli.of(Map.of(), DevelopmentSecret.directory(), settings -> {
            throw new AssertionError("nothing is to be started");
        }).setOut(new PrintWriter(printed, true)).execute("settings");
        assertThat(Files.readString(Path.of("docs/settings.md")))
                .as("make it anew: ./tickgate settings > gateway/docs/settings.md")
                .isEqualTo(printed.toString());
    }
}

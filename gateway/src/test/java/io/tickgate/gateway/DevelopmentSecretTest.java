package io.tickgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevelopmentSecretTest {

    @TempDir
    Path directory;

    @Test
    void isFoundByPortUntilTheGatewayEnds() throws Exception {
        assertThat(DevelopmentSecret.find(directory, 1)).isNull();
        try (var one = DevelopmentSecret.leave(directory, 1, "secret one")) {
            assertThat(DevelopmentSecret.find(directory, 1)).isEqualTo(one.secret());
            assertThat(DevelopmentSecret.find(directory, 2)).isNull();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void isReadableByItsOwnerAlone() throws Exception {
        try (var secret = DevelopmentSecret.leave(directory, 1, DevelopmentSecret.random())) {
            assertThat(secret.secret()).hasSize(43);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
        }
    }

    @Test
    void replacesWhatAnEndedGatewayLeft() throws Exception {
        var first = DevelopmentSecret.leave(directory, 1, "first");
        try (var second = DevelopmentSecret.leave(directory, 1, "second")) {
            first.close();
            assertThat(DevelopmentSecret.find(directory, 1)).isEqualTo(second.secret());
        }
    }

    @Test
    void isNotBelievedWhenOthersCouldHaveWrittenIt() throws Exception {
        try (var secret = DevelopmentSecret.leave(directory, 1, DevelopmentSecret.random())) {
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw----"));
            assertThatThrownBy(() -> DevelopmentSecret.find(directory, 1)).isInstanceOf(SettingsException.class)
                    .hasMessageContaining("not a file of yours alone").hasMessageNotContaining(secret.secret());
        }
    }

    @Test
    void isNotReadThroughALink() throws Exception {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "x");
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(file(), elsewhere);
        assertThatThrownBy(() -> DevelopmentSecret.find(directory, 1)).isInstanceOf(SettingsException.class);
        try (var secret = DevelopmentSecret.leave(directory, 1, "new")) {
            assertThat(Files.readString(elsewhere)).isEqualTo("x");
            assertThat(DevelopmentSecret.find(directory, 1)).isEqualTo(secret.secret());
        }
    }

    private Path file() {
        return directory.resolve("tickgate-dev-1.secret");
    }
}

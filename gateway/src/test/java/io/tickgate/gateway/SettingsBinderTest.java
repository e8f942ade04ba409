package io.tickgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

class SettingsBinderTest {

    record Door(@Setting(value = "TCP port", preset = "8080", env = "PORT") int port,
            @Setting(value = "address", preset = "127.0.0.1") String host,
            @Setting(value = "bytes", preset = "5000000000") long outboundBytes,
            @Setting(value = "share", preset = "0.5") double share,
            @Setting(value = "switch", preset = "true") boolean autoJoin) {
        Door {
            Require.range("port", port, 0, 65_535);
        }
    }

    record House(@Setting("file") Path keyFile, @Setting("where") URI redis,
            @Setting(value = "names", key = "public") List<String> publicPatterns,
            @Setting(value = "mode", preset = "latest") DeliveryMode mode, @Setting("maybe") Boolean demo,
            @Setting("text") String prefix, @Setting(value = "the same", preset = "8080", env = "PORT") int port) {}

    record Room(@Setting("mode") DeliveryMode mode, @Setting(value = "size", preset = "1") int size,
            @Setting("beds") Integer beds) {}

    @TempDir
    Path directory;

    @Test
    void presetsWhatNobodySays() {
        BoundSettings bound = bind(Map.of(), Map.of());
        assertThat(bound.get(Door.class)).isEqualTo(new Door(8080, "127.0.0.1", 5_000_000_000L, 0.5, true));
        assertThat(bound.get(House.class))
                .isEqualTo(new House(null, null, List.of(), DeliveryMode.LATEST, null, "", 8080));
        assertThat(bound.section("rooms", Room.class)).isEmpty();
    }

    @Test
    void takesFlagBeforeEnvironmentBeforeFileBeforePreset() throws Exception {
        Map<String, String> config = Map.of("--config", file("port: 3\nhost: file\noutboundBytes: 3\nshare: 0.25\n"));
        var environment = Map.of("TICKGATE_PORT", "2", "TICKGATE_HOST", "env", "TICKGATE_OUTBOUND_BYTES", "2");
        var flags = Map.of("--config", config.get("--config"), "--port", "1", "--host", "flag");
        assertThat(bind(flags, environment).get(Door.class)).isEqualTo(new Door(1, "flag", 2, 0.25, true));
        assertThat(bind(config, environment).get(Door.class).port()).isEqualTo(2);
        assertThat(bind(config, Map.of()).get(Door.class).port()).isEqualTo(3);
    }

    @Test
    void readsTheSecondVariableAfterTheFirst() {
        assertThat(bind(Map.of(), Map.of("PORT", "9")).get(Door.class).port()).isEqualTo(9);
        assertThat(bind(Map.of(), Map.of("PORT", "9", "TICKGATE_PORT", "7")).get(Door.class).port()).isEqualTo(7);
    }

    @Test
    void givesAKeyThatTwoRecordsDeclareToBoth() {
        BoundSettings bound = bind(Map.of("--port", "4"), Map.of());
        assertThat(bound.get(Door.class).port()).isEqualTo(4);
        assertThat(bound.get(House.class).port()).isEqualTo(4);
    }

    @Test
    void takesAnEmptyVariableForNone() {
        assertThat(bind(Map.of(), Map.of("TICKGATE_PORT", "", "TICKGATE_KEY_FILE", "")).get(Door.class).port())
                .isEqualTo(8080);
    }

    @Test
    void readsSequencesAndSections() throws Exception {
        BoundSettings bound = bindFile("""
                public:
                  - 'bench*'
                  - log:a
                keyFile: /etc/key.pem
                redis: redis://localhost
                mode: EVERY
                demo: false
                rooms:
                  hall: {mode: every, size: 3, beds: 0}
                  attic:
                """);
        assertThat(bound.get(House.class)).isEqualTo(new House(Path.of("/etc/key.pem"), URI.create("redis://localhost"),
                List.of("bench*", "log:a"), DeliveryMode.EVERY, false, "", 8080));
        assertThat(bound.section("rooms", Room.class)).containsExactlyInAnyOrderEntriesOf(
                Map.of("hall", new Room(DeliveryMode.EVERY, 3, 0), "attic", new Room(null, 1, null)));
    }

    @Test
    void takesAnEmptyFileForNothing() throws Exception {
        assertThat(bindFile("# nothing\n").get(Door.class).port()).isEqualTo(8080);
    }

    @Test
    void splitsListsAtCommas() {
        House house = bind(Map.of("--public", "a*, b:*,"), Map.of()).get(House.class);
        assertThat(house.publicPatterns()).containsExactly("a*", "b:*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"TICKGATE_PORT;x;TICKGATE_PORT is 'x', allowed is a whole number",
            "TICKGATE_PORT;99999999999;TICKGATE_PORT is '99999999999', allowed is a whole number up to 2147483647",
            "TICKGATE_PORT;70000;TICKGATE_PORT is 70000, allowed is 0 to 65535",
            "PORT;70000;PORT is 70000, allowed is 0 to 65535",
            "TICKGATE_MODE;some;TICKGATE_MODE is 'some', allowed is every or latest",
            "TICKGATE_AUTO_JOIN;yes;TICKGATE_AUTO_JOIN is 'yes', allowed is true or false",
            "TICKGATE_SHARE;half;TICKGATE_SHARE is 'half', allowed is a number",
            "TICKGATE_PROT;80;TICKGATE_PROT in the environment is no setting, did you mean TICKGATE_PORT?",
            "TICKGATE_ZZZZZZ;80;TICKGATE_ZZZZZZ in the environment is no setting"})
    void refusesBadVariablesNamingThem(String variable, String value, String message) {
        assertThatThrownBy(() -> bind(Map.of(), Map.of(variable, value))).isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void ignoresTheVariablesOfContainerPlatforms() {
        var links = Map.of("TICKGATE_SERVICE_HOST", "10.0.0.1", "TICKGATE_SERVICE_PORT_HTTP", "80", "TICKGATE_PORT",
                "tcp://10.0.0.1:80", "TICKGATE_PORT_80_TCP", "tcp://10.0.0.1:80", "TICKGATE_PORT_80_TCP_ADDR",
                "10.0.0.1");
        assertThat(bind(Map.of(), links).get(Door.class).port()).isEqualTo(8080);
    }

    @Test
    void neverShowsAUriThatItCannotRead() {
        assertThatThrownBy(() -> bind(Map.of("--redis", "redis://:pass word@host"), Map.of()))
                .hasMessage("--redis is not a URI");
    }

    @Test
    void refusesBadFilesNamingKeyAndPlace() throws Exception {
        refusesFile("prot: 80", "prot in %s is no setting, did you mean port?");
        refusesFile("port: [1", "%s line ");
        refusesFile("port: 1\nport: 2", "%s line 2: Duplicate field 'port'");
        refusesFile("port: {a: 1}", "port in %s must have a value");
        refusesFile("port:", "port in %s is '', allowed is a whole number");
        refusesFile("port: x", "port in %s is 'x', allowed is a whole number");
        refusesFile("port: 70000", "port in %s is 70000, allowed is 0 to 65535");
        refusesFile("- port", "%s must hold keys with values");
        refusesFile("rooms: 3", "rooms in %s must hold named entries");
        refusesFile("rooms: {hall: 3}", "rooms.hall in %s must hold keys with values");
        refusesFile("rooms: {hall: {moed: every}}", "rooms.hall.moed in %s is no setting, did you mean mode?");
        refusesFile("rooms: {hall: {mode: some}}", "rooms.hall.mode in %s is 'some', allowed is every or latest");
        refusesFile("rooms: {hall: {beds: two}}",
                "rooms.hall.beds in %s is 'two', allowed is a whole number up to 2147483647");
    }

    @Test
    void refusesAMissingFile() {
        assertThatThrownBy(() -> bind(Map.of("--config", "/no/such/file.yaml"), Map.of()))
                .hasMessageStartingWith("/no/such/file.yaml can't be read");
        assertThatThrownBy(() -> bind(Map.of(), Map.of("TICKGATE_CONFIG", "/no/such/file.yaml")))
                .hasMessageStartingWith("/no/such/file.yaml can't be read");
    }

    @Test
    void refusesRecordsThatAreDeclaredBadly() {
        record NoPreset(@Setting("number") int number) {}
        record NoSetting(int number) {}
        record Twice(@Setting(value = "TCP port", preset = "1") int port) {}
        assertThatThrownBy(() -> schema(List.of(NoPreset.class))).hasMessage("NoPreset.number needs a preset");
        assertThatThrownBy(() -> schema(List.of(NoSetting.class))).hasMessage("NoSetting.number lacks @Setting");
        assertThatThrownBy(() -> schema(List.of(Door.class, Twice.class)))
                .hasMessageContaining("two records declare port");
    }

    private void refusesFile(String yaml, String message) throws IOException {
        String file = file(yaml);
        assertThatThrownBy(() -> bind(Map.of("--config", file), Map.of())).isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message.formatted(file)).hasMessageNotContaining("\n");
    }

    private BoundSettings bindFile(String yaml) throws IOException {
        return bind(Map.of("--config", file(yaml)), Map.of());
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "settings", ".yaml"), yaml).toString();
    }

    private static BoundSettings bind(Map<String, String> flags, Map<String, String> environment) {
        return new SettingsBinder(schema(List.of(Door.class, House.class))).bind(flags, environment);
    }

    private static SettingsSchema schema(List<Class<? extends Record>> records) {
        return new SettingsSchema(records, Map.of("rooms", Room.class));
    }
}

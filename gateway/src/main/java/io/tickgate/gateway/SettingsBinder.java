package io.tickgate.gateway;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Makes the settings records from flags, environment, file and presets, in this order of precedence. Used once at start by
 * the main thread. What nobody knows or what is out of range is refused in one line.
 */
final class SettingsBinder {
    private static final String PREFIX = "TICKGATE_";
    /**
     * What container platforms set by themselves for a service named tickgate: {@code TICKGATE_SERVICE_HOST},
     * {@code TICKGATE_PORT=tcp://…}, {@code TICKGATE_PORT_8080_TCP_ADDR}.
     */
    private static final Pattern SERVICE_LINK = Pattern
            .compile("TICKGATE_(SERVICE_(HOST|PORT)(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_.+)?)");

    private final SettingsSchema schema;

    /** A text that somebody gave, and where, as the beginning of a message. */
    private record Given(String text, String origin) {}

    SettingsBinder(SettingsSchema schema) {
        this.schema = schema;
    }

    /**
     * @param flags by flag, e.g. {@code --port}
     * @param environment all of it; names without the prefix are looked at only where a setting declares them
     * @throws SettingsException naming the first thing wrong
     */
    BoundSettings bind(Map<String, String> flags, Map<String, String> environment) {
        ConfigFile file = readFile(flags, environment);
        refuseUnknown(environment.keySet(), file);
        var records = new LinkedHashMap<Class<? extends Record>, Record>();
        for (Class<? extends Record> record : schema.records()) {
            records.put(record, make(record, spec -> given(spec, flags, environment, file)));
        }
        var sections = new LinkedHashMap<String, Map<String, Record>>();
        schema.sections().forEach((section, record) -> sections.put(section, entries(section, record, file)));
        return new BoundSettings(records, sections);
    }

    private ConfigFile readFile(Map<String, String> flags, Map<String, String> environment) {
        String path = flags.getOrDefault(SettingsSchema.CONFIG_FLAG,
                environment.getOrDefault(SettingsSchema.CONFIG_VARIABLE, ""));
        return path.isEmpty() ? ConfigFile.NONE : ConfigFile.read(Path.of(path), schema.sections().keySet());
    }

    private void refuseUnknown(Collection<String> variables, ConfigFile file) {
        List<String> known = new ArrayList<>(List.of(SettingsSchema.CONFIG_VARIABLE));
        schema.all().forEach(spec -> known.addAll(spec.variables()));
        for (String variable : variables) {
            if (variable.startsWith(PREFIX) && !known.contains(variable)
                    && !SERVICE_LINK.matcher(variable).matches()) {
                throw new SettingsException(
                        variable + " in the environment is no setting" + NearestName.hint(variable, known));
            }
        }
        List<String> keys = new ArrayList<>(schema.sections().keySet());
        schema.all().forEach(spec -> keys.add(spec.key()));
        for (String key : file.values().keySet()) {
            requireKnown(key, key, keys, file);
        }
    }

    private static void requireKnown(String key, String path, Collection<String> known, ConfigFile file) {
        if (!known.contains(key)) {
            throw new SettingsException(file.origin(path) + " is no setting" + NearestName.hint(key, known));
        }
    }

    private static Given given(SettingSpec spec, Map<String, String> flags, Map<String, String> environment,
            ConfigFile file) {
        if (flags.containsKey(spec.flag())) {
            return new Given(flags.get(spec.flag()), spec.flag());
        }
        for (String variable : spec.variables()) {
            String text = environment.getOrDefault(variable, "");
            // An empty variable is how compose files say that there is none.
            if (!text.isEmpty() && !isServiceLink(variable, text)) {
                return new Given(text, variable);
            }
        }
        String text = file.values().get(spec.key());
        return text == null ? null : new Given(text, file.origin(spec.key()));
    }

    private static boolean isServiceLink(String variable, String text) {
        return variable.equals(PREFIX + "PORT") && text.matches("(tcp|udp|sctp)://.*");
    }

    private static Map<String, Record> entries(String section, Class<? extends Record> record, ConfigFile file) {
        List<String> known = SettingsSchema.specsOf(record).stream().map(SettingSpec::key).toList();
        var made = new LinkedHashMap<String, Record>();
        file.sections().getOrDefault(section, Map.of()).forEach((name, values) -> {
            String path = section + "." + name + ".";
            values.keySet().forEach(key -> requireKnown(key, path + key, known, file));
            made.put(name, make(record, spec -> values.containsKey(spec.key())
                    ? new Given(values.get(spec.key()), file.origin(path + spec.key()))
                    : null));
        });
        return made;
    }

    private static <T extends Record> T make(Class<T> record, Function<SettingSpec, Given> source) {
        RecordComponent[] components = record.getRecordComponents();
        Object[] values = new Object[components.length];
        var origins = new LinkedHashMap<String, String>();
        for (int i = 0; i < components.length; i++) {
            SettingSpec spec = SettingSpec.of(components[i]);
            Given given = source.apply(spec);
            // An empty text takes back what a weaker source says, where nothing is a value.
            if (given != null && !(given.text().isEmpty() && spec.preset().isEmpty())) {
                origins.put(spec.key(), given.origin());
                values[i] = spec.convert(given.text(), given.origin());
            } else {
                values[i] = spec.preset().isEmpty() ? spec.absent() : spec.convert(spec.preset(), spec.key());
            }
        }
        return construct(record, values, origins);
    }

    private static <T extends Record> T construct(Class<T> record, Object[] values, Map<String, String> origins) {
        Class<?>[] types = Arrays.stream(record.getRecordComponents()).map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<T> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new SettingsException(withOrigin(refused.getMessage(), origins));
            }
            throw new IllegalStateException(record.getSimpleName() + " can't be made", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(record.getSimpleName() + " can't be made", e);
        }
    }

    /** A record knows the key it refuses, not where the value came from. */
    private static String withOrigin(String message, Map<String, String> origins) {
        int end = message.indexOf(" is ");
        String origin = end < 0 ? null : origins.get(message.substring(0, end));
        return origin == null ? message : origin + message.substring(end);
    }
}

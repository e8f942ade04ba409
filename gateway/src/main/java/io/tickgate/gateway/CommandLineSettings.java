package io.tickgate.gateway;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Gives settings flags on a command, grouped by the package that declares them, and reads back what was given. */
final class CommandLineSettings {
    private static final String DESCRIBE_CONFIG = "YAML file with settings (" + SettingsSchema.CONFIG_VARIABLE + ")";

    private CommandLineSettings() {}

    /** Adds every setting of the schema. */
    static void addAll(CommandSpec command, SettingsSchema schema) {
        command.addOption(config());
        schema.byPackage().forEach((title, specs) -> {
            var group = ArgGroupSpec.builder().validate(false).exclusive(false).heading("%n" + title + "%n");
            specs.forEach(spec -> group.addArg(option(spec)));
            command.addArgGroup(group.build());
        });
    }

    /** Adds the configuration file and the settings of some keys. */
    static void addSome(CommandSpec command, SettingsSchema schema, Collection<String> keys) {
        command.addOption(config());
        schema.all().stream().filter(spec -> keys.contains(spec.key()))
                .forEach(spec -> command.addOption(option(spec)));
    }

    /** What was given on the line, by flag; what follows a sub-command's name wins over what precedes it. */
    static Map<String, String> given(CommandLine command, SettingsSchema schema) {
        CommandLine parent = command.getParent();
        Map<String, String> flags = parent == null ? new HashMap<>() : given(parent, schema);
        ParseResult line = command.getParseResult();
        take(line, SettingsSchema.CONFIG_FLAG, flags);
        schema.all().forEach(spec -> take(line, spec.flag(), flags));
        return flags;
    }

    private static void take(ParseResult result, String flag, Map<String, String> flags) {
        OptionSpec option = result.matchedOption(flag);
        if (option != null) {
            Object value = option.getValue();
            flags.put(flag, value instanceof List<?> list ? join(list) : String.valueOf(value));
        }
    }

    private static String join(List<?> items) {
        return String.join(",", items.stream().map(String::valueOf).toList());
    }

    private static OptionSpec config() {
        return OptionSpec.builder(SettingsSchema.CONFIG_FLAG).type(String.class).paramLabel("FILE")
                .description(DESCRIBE_CONFIG).build();
    }

    private static OptionSpec option(SettingSpec spec) {
        OptionSpec.Builder option = OptionSpec.builder(spec.flag()).description(describe(spec));
        if (spec.isSwitch()) {
            return option.type(Boolean.class).arity("0..1").negatable(true).hideParamSyntax(true).paramLabel("")
                    .build();
        }
        option.paramLabel(spec.placeholder()).arity("1");
        return spec.isList()
                ? option.type(List.class).auxiliaryTypes(String.class).build()
                : option.type(String.class).build();
    }

    /** The preset and a variable that can't be guessed follow the meaning; per cent signs would be taken for formats. */
    private static String describe(SettingSpec spec) {
        String preset = spec.preset().isEmpty() ? "" : "; preset " + spec.preset();
        String variable = spec.variables().size() < 2 ? "" : " (also " + spec.variables().get(1) + ")";
        return (spec.meaning() + variable + preset).replace("%", "%%");
    }
}

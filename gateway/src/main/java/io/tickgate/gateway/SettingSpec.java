package io.tickgate.gateway;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import io.tickgate.gateway.model.Setting;

/**
 * One setting as its record declares it, with the names it goes by. Immutable. A setting that nobody gave and that has no
 * preset is an empty text, an empty list, or null for every other type.
 *
 * @param key in the configuration file
 * @param flag on the command line
 * @param variables of the environment, the first one counts before the second
 * @param preset as on the command line, empty if none
 */
record SettingSpec(String key, String flag, List<String> variables, Class<?> type, String preset, String meaning) {
    private static final Set<Class<?>> TYPES = Set.of(int.class, Integer.class, long.class, double.class, boolean.class,
            Boolean.class, String.class, Path.class, URI.class, List.class);

    /** @throws IllegalStateException if the component is not declared as a setting should be: a fault of ours */
    static SettingSpec of(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        Class<?> type = component.getType();
        String where = component.getDeclaringRecord().getSimpleName() + "." + component.getName();
        require(setting != null, where + " lacks @Setting");
        require(TYPES.contains(type) || type.isEnum(), where + " has a type that can't be a setting");
        require(!type.isPrimitive() || !setting.preset().isEmpty(), where + " needs a preset");
        require(type != List.class || isListOfTexts(component), where + " must be a List<String>");
        String key = setting.key().isEmpty() ? component.getName() : setting.key();
        String kebab = key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        String variable = "TICKGATE_" + kebab.replace('-', '_').toUpperCase(Locale.ROOT);
        List<String> variables = setting.env().isEmpty() ? List.of(variable) : List.of(variable, setting.env());
        String meaning = setting.value().substring(0, 1).toUpperCase(Locale.ROOT) + setting.value().substring(1);
        return new SettingSpec(key, "--" + kebab, variables, type, setting.preset(), meaning);
    }

    boolean isSwitch() {
        return type == boolean.class || type == Boolean.class;
    }

    boolean isList() {
        return type == List.class;
    }

    /** The value when nobody gave one and there is no preset. */
    Object absent() {
        if (isList()) {
            return List.of();
        }
        return type == String.class ? "" : null;
    }

    /** @throws SettingsException beginning with {@code origin} */
    Object convert(String text, String origin) {
        if (type.isEnum()) {
            return constant(text, origin);
        }
        try {
            return switch (type.getSimpleName()) {
                case "int", "Integer" -> (Object) Integer.parseInt(text);
                case "long" -> Long.parseLong(text);
                case "double" -> Double.parseDouble(text);
                case "boolean", "Boolean" -> truth(text, origin);
                case "Path" -> Path.of(text);
                case "URI" -> URI.create(text);
                case "List" -> Arrays.stream(text.split(",", -1)).map(String::strip).filter(item -> !item.isEmpty())
                        .toList();
                default -> text;
            };
        } catch (NumberFormatException e) {
            boolean whole = type == int.class || type == Integer.class;
            throw refused(text, origin, whole ? "a whole number up to " + Integer.MAX_VALUE : "a number");
        } catch (InvalidPathException e) {
            throw refused(text, origin, "a file's path");
        } catch (IllegalArgumentException e) {
            // The text is not shown: it may hold a password.
            throw new SettingsException(origin + " is not a URI");
        }
    }

    /** What to write after the flag. */
    String placeholder() {
        return switch (type.getSimpleName()) {
            case "int", "Integer", "long", "double" -> "N";
            case "Path" -> "FILE";
            case "URI" -> "URI";
            case "List" -> "A,B,..";
            default -> "TEXT";
        };
    }

    private static boolean isListOfTexts(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType list
                && list.getActualTypeArguments()[0] == String.class;
    }

    private Object constant(String text, String origin) {
        for (Object constant : type.getEnumConstants()) {
            if (constant.toString().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw refused(text, origin, Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.toString().toLowerCase(Locale.ROOT)).collect(Collectors.joining(" or ")));
    }

    private static Boolean truth(String text, String origin) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(text, origin, "true or false");
        };
    }

    private static SettingsException refused(String text, String origin, String allowed) {
        return new SettingsException(origin + " is '" + text + "', allowed is " + allowed);
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new IllegalStateException(fault);
        }
    }
}

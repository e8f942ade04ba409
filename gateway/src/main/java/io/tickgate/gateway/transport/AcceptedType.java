package io.tickgate.gateway.transport;

/** Which of two media types an {@code Accept} header asks for (RFC 9110 §12.5.1). Static and stateless: any thread. */
final class AcceptedType {
    /** A media range's weight in thousandths, and how near it comes to a type. */
    private record Match(int weight, int nearness) {
        static final Match NONE = new Match(0, 0);
    }

    private AcceptedType() {}

    /**
     * Whether a type is wanted more than another one: by its weight, or as the one that is named.
     *
     * @param accept the header, null if there is none
     */
    static boolean prefers(String accept, String type, String other) {
        if (accept == null) {
            return false;
        }
        Match wanted = match(accept, type);
        Match against = match(accept, other);
        if (wanted.weight == against.weight) {
            return wanted.weight > 0 && wanted.nearness > against.nearness;
        }
        return wanted.weight > against.weight;
    }

    /** What the range says that comes nearest to a type. */
    private static Match match(String accept, String type) {
        Match nearest = Match.NONE;
        for (String range : accept.split(",", -1)) {
            String[] parts = range.split(";", -1);
            int nearness = nearness(parts[0].strip(), type);
            if (nearness > nearest.nearness) {
                nearest = new Match(weight(parts), nearness);
            }
        }
        return nearest;
    }

    /** 3 if the range is the type, 2 if it is all of its kind, 1 if it is everything, else 0. */
    private static int nearness(String range, String type) {
        if (range.equalsIgnoreCase(type)) {
            return 3;
        }
        if (range.equals("*/*")) {
            return 1;
        }
        return range.endsWith("/*") && type.regionMatches(true, 0, range, 0, range.length() - 1) ? 2 : 0;
    }

    /** What stands in {@code q}; 1 where nothing does or what is no weight. */
    private static int weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.regionMatches(true, 0, "q=", 0, 2)) {
                try {
                    return (int) Math.round(Math.clamp(Double.parseDouble(parameter.substring(2)), 0.0, 1.0) * 1_000);
                } catch (NumberFormatException notAWeight) {
                    return 1_000;
                }
            }
        }
        return 1_000;
    }
}

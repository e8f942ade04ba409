package io.tickgate.protocol.message;

/**
 * What a client put into {@code id}, to be echoed in the answer: a JSON number or string, kept as its JSON text.
 *
 * @param json the token as it goes onto the wire, quotes and escapes included; at most 64 bytes of content
 */
public record CommandId(String json) {

    public static CommandId of(long number) {
        return new CommandId(Long.toString(number));
    }

    @Override
    public String toString() {
        return json;
    }
}

package io.tickgate.protocol.engineio;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import io.tickgate.protocol.message.FormText;

/**
 * Polling by script elements and forms, for browsers that can do no more: a payload is an argument of a function call, or a field
 * of a form. Static and stateless: any thread; sizes are limited by whoever received the bytes.
 */
public final class Jsonp {
    private static final String FIELD = "d=";
    private static final int MAX_INDEX_DIGITS = 9;

    private Jsonp() {}

    /** Which of the page's functions a request names: digits only, so that nothing else can get into the script; null if none. */
    public static String index(String parameter) {
        if (parameter == null) {
            return null;
        }
        String digits = parameter.replaceAll("[^0-9]", "");
        return digits.substring(0, Math.min(digits.length(), MAX_INDEX_DIGITS));
    }

    /** The script that hands the payload to the page. */
    public static byte[] script(String index, byte[] payload) {
        // Line breaks to JavaScript of old, though JSON may hold them.
        String quoted = new String(
                JsonStringEncoder.getInstance().quoteAsString(new String(payload, StandardCharsets.UTF_8)))
                .replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
        return ("___eio[" + index + "](\"" + quoted + "\");").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The payload in a form. The client escapes line breaks, since forms would change them, and backslashes before an n.
     *
     * @throws EngineIoFault if there is none
     */
    public static ByteBuf payloadIn(ByteBuf form) throws EngineIoFault {
        for (String field : form.toString(StandardCharsets.UTF_8).split("&")) {
            if (field.startsWith(FIELD)) {
                String payload = FormText.decode(field.substring(FIELD.length()));
                if (payload == null) {
                    throw EngineIoFault.BAD_CONTENT;
                }
                return Unpooled.wrappedBuffer(unescape(payload).getBytes(StandardCharsets.UTF_8));
            }
        }
        throw EngineIoFault.BAD_CONTENT;
    }

    /** Backslash and n is a line break, two backslashes and n are one backslash and n. */
    private static String unescape(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("\\\\n", at)) {
                out.append("\\n");
                at += 3;
            } else if (text.startsWith("\\n", at)) {
                out.append('\n');
                at += 2;
            } else {
                out.append(text.charAt(at++));
            }
        }
        return out.toString();
    }
}

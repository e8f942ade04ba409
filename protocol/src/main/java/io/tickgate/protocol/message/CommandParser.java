package io.tickgate.protocol.message;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Reads what clients ask: WebSocket texts, and the arguments of the same commands as Socket.IO events. Owned by one thread;
 * channels and resume positions per command are limited, nesting is 64 deep, the size is limited by the transport.
 *
 * <p>Unknown fields are ignored. What cannot be read at all is a {@link MalformedMessage}, after which the transport
 * closes; what can be read but not done is a {@link ParsedCommand.Refused} that echoes the id.
 */
public final class CommandParser {
    private final JsonReading reading = new JsonReading();
    private final int maxChannelsPerCommand;

    /** @param maxChannelsPerCommand how many channels, and how many positions to resume from, one command may name */
    public CommandParser(int maxChannelsPerCommand) {
        this.maxChannelsPerCommand = maxChannelsPerCommand;
    }

    /** Reads one command. The bytes are the parser's: line breaks among them may become spaces. */
    public ParsedCommand parse(byte[] text) throws MalformedMessage {
        return read(text, (parser, fields) -> {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw MalformedMessage.NOT_AN_OBJECT;
            }
            fields.readObject(parser);
            return fields.command();
        });
    }

    /** Reads one command from the readable bytes, which are left unread and unchanged. */
    public ParsedCommand parse(ByteBuf text) throws MalformedMessage {
        return parse(ByteBufUtil.getBytes(text));
    }

    /**
     * Reads the argument of a Socket.IO {@code subscribe}: a channel, an array of channels, or an object with channels,
     * interval and resume. The acknowledgement has its own number, so only an object may carry an id, and none is checked.
     */
    public ParsedCommand parseSubscribe(byte[] argument) throws MalformedMessage {
        return read(argument, (parser, fields) -> {
            readChannels(parser, fields);
            return fields.subscribe();
        });
    }

    /** Reads the argument of a Socket.IO {@code unsubscribe}: a channel, an array of channels, or an object with channels. */
    public ParsedCommand parseUnsubscribe(byte[] argument) throws MalformedMessage {
        return read(argument, (parser, fields) -> {
            readChannels(parser, fields);
            return fields.unsubscribe();
        });
    }

    /** Reads the argument of a Socket.IO {@code authenticate}: a token, or an object with a token. */
    public ParsedCommand parseAuthenticate(byte[] argument) throws MalformedMessage {
        return read(argument, (parser, fields) -> {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                fields.readObject(parser);
            } else {
                fields.readToken(parser);
            }
            return fields.authenticate();
        });
    }

    private static void readChannels(JsonParser parser, CommandFields fields) throws IOException {
        switch (parser.currentToken()) {
            case VALUE_STRING -> fields.readChannel(parser);
            case START_OBJECT -> fields.readObject(parser);
            default -> fields.readChannels(parser);
        }
    }

    private ParsedCommand read(byte[] json, Reading how) throws MalformedMessage {
        try (JsonParser parser = reading.open(json)) {
            return how.read(parser, new CommandFields(json, maxChannelsPerCommand));
        } catch (IOException stricterThanTheScanner) {
            throw MalformedMessage.NOT_JSON;
        }
    }

    private interface Reading {
        ParsedCommand read(JsonParser parser, CommandFields fields) throws IOException, MalformedMessage;
    }
}

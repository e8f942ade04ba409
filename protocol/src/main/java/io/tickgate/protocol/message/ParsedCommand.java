package io.tickgate.protocol.message;

/** What became of a client's message that could be read: a command to execute, or the refusal to send back. */
public sealed interface ParsedCommand {

    record Accepted(Command command) implements ParsedCommand {}

    /** Takes the command's place in the order of answers. */
    record Refused(ServerMessage.Failure failure) implements ParsedCommand {}
}

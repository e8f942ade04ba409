package io.tickgate.gateway;

/** The settings can't be used; the message is the one line that an operator reads, naming key, value and what is allowed. */
final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SettingsException(String message) {
        super(message, null, false, false);
    }
}

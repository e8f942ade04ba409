package io.tickgate.gateway.hub;

import io.tickgate.gateway.model.Require;
import io.tickgate.gateway.model.Setting;

/** What the hub is allowed to hold and how long it waits. */
public record HubSettings(
        @Setting(value = "Milliseconds between the gateway's signs of life on a connection, 1000 to 300000; a client silent for two of them is closed", preset = "25000") int heartbeatMs,
        @Setting(value = "Channels one connection may be subscribed to, 1 to 1000000", preset = "1024") int maxSubscriptions,
        @Setting(value = "Channels one command may name, 1 to 65536", preset = "256") int maxChannelsPerCommand,
        @Setting(value = "Commands of one connection that may wait for the broker, 1 to 65536", preset = "1024") int maxWaitingCommands,
        @Setting(value = "Channels the gateway keeps state for, 1 to 100000000; more are refused", preset = "1000000") int maxChannels,
        @Setting(value = "Bytes of a publication's payload, 16 to 16777216; larger ones are dropped and counted", preset = "65536") int maxPayloadBytes,
        @Setting(value = "Levels of nesting in a payload, 1 to 1000", preset = "64") int maxPayloadDepth,
        @Setting(value = "Milliseconds a channel stays subscribed upstream after its last subscriber, 0 to 86400000", preset = "120000") int upstreamLingerMs,
        @Setting(value = "Milliseconds a subscribe waits for the broker's confirmation before it is refused, 100 to 60000", preset = "5000") int confirmTimeoutMs,
        @Setting(value = "Publications on their way to one event loop, 1024 to 4194304, a power of two; beyond that the loop reads the histories", preset = "65536") int mailboxEntries,
        @Setting(value = "Payload bytes on their way to one event loop, 1048576 to 17179869184", preset = "67108864") long mailboxBytes,
        @Setting(value = "Heap bytes of all channels' histories together, 1048576 to 1099511627776; beyond that the least recently used go first", preset = "268435456") long historyBytes,
        @Setting(value = "Milliseconds a reader may take nothing of what was written before it is disconnected, 1000 to 3600000", preset = "60000") int slowReaderMs,
        @Setting(value = "Milliseconds for which updates are collected before they are written, 0 to 1000: fewer and larger writes for a later update; 0 writes at once", preset = "0") int flushIntervalMs) {

    public HubSettings {
        Require.range("heartbeatMs", heartbeatMs, 1_000, 300_000);
        Require.range("maxSubscriptions", maxSubscriptions, 1, 1_000_000);
        Require.range("maxChannelsPerCommand", maxChannelsPerCommand, 1, 65_536);
        Require.range("maxWaitingCommands", maxWaitingCommands, 1, 65_536);
        Require.range("maxChannels", maxChannels, 1, 100_000_000);
        Require.range("maxPayloadBytes", maxPayloadBytes, 16, 16 << 20);
        Require.range("maxPayloadDepth", maxPayloadDepth, 1, 1_000);
        Require.range("upstreamLingerMs", upstreamLingerMs, 0, 86_400_000);
        Require.range("confirmTimeoutMs", confirmTimeoutMs, 100, 60_000);
        Require.range("mailboxEntries", mailboxEntries, 1_024, 1 << 22);
        Require.that(Integer.bitCount(mailboxEntries) == 1, "mailboxEntries", mailboxEntries, "a power of two");
        Require.range("mailboxBytes", mailboxBytes, 1 << 20, 1L << 34);
        Require.range("historyBytes", historyBytes, 1 << 20, 1L << 40);
        Require.range("slowReaderMs", slowReaderMs, 1_000, 3_600_000);
        Require.range("flushIntervalMs", flushIntervalMs, 0, 1_000);
    }
}

package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.exitHereIfFailed;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.substring;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.http.SseMessageCheck;

/** The steps of a user of {@code /events} over either HTTP. */
final class EventsUser {
    private static final int PATIENCE_S = 15;

    private EventsUser() {}

    /** Gatling shows an event to its checks as JSON whose data is a string: quotes are escaped there. */
    private static SseMessageCheck update(String name) {
        return sse.checkMessage(name + " update").matching(substring("tsNanos")).check(substring("#{channel}"));
    }

    /** @param name of the requests in the report */
    static ChainBuilder connect(String name) {
        return exec(sse(name + " connect").get("/events?channels=#{channel}").await(PATIENCE_S)
                .on(sse.checkMessage(name + " subscribed").matching(substring("subscribed"))
                        .check(substring("#{channel}")), update(name)),
                exitHereIfFailed());
    }

    /** Stays, and looks every few seconds whether it is still served. */
    static ChainBuilder stay(String name) {
        return exec(during(Settings.STAY).on(pause(5, 10),
                exec(sse(name + " look").setCheck().await(PATIENCE_S).on(update(name)))));
    }

    static ChainBuilder leave(String name) {
        return exec(sse(name + " leave").close());
    }

    static ChainBuilder lastValue(String name) {
        return exec(
                http(name + " last value").get("/channels/#{channel}").check(status().is(200), substring("tsNanos")));
    }
}

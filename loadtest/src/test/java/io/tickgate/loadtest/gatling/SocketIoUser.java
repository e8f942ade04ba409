package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.exitHereIfFailed;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.substring;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.http.WsFrameCheck;

/** The steps of a user of {@code /socket.io/}, by WebSocket or by polling (Engine.IO 4). */
final class SocketIoUser {
    private static final int PATIENCE_S = 15;
    private static final String POLLING = "/socket.io/?EIO=4&transport=polling";
    private static final String SESSION = POLLING + "&sid=#{sid}";

    private SocketIoUser() {}

    private static WsFrameCheck.Text update() {
        return ws.checkTextMessage("Socket.IO update").matching(regex("^42\\[\"[a-z]+_update\","))
                .check(substring("\"tsNanos\":"));
    }

    static ChainBuilder connect() {
        return exec(ws("Socket.IO connect").connect("/socket.io/?EIO=4&transport=websocket").await(PATIENCE_S)
                .on(ws.checkTextMessage("Socket.IO open").check(regex("^0\\{.*\"sid\""))),
                ws("Socket.IO CONNECT").sendText("40").await(PATIENCE_S)
                        .on(ws.checkTextMessage("Socket.IO connected").matching(regex("^40\\{"))),
                ws("Socket.IO subscribe").sendText("421[\"subscribe\",\"#{channel}\"]").await(PATIENCE_S)
                        .on(ws.checkTextMessage("Socket.IO ack").matching(regex("^431\\["))
                                .check(substring("\"ok\":true")), update()),
                exitHereIfFailed());
    }

    /** Stays, and looks every few seconds whether it is still served. */
    static ChainBuilder stay() {
        return exec(during(Settings.STAY).on(pause(5, 10),
                exec(ws("Socket.IO look").sendText("422[\"subscribe\",\"#{channel}\"]").await(PATIENCE_S)
                        .on(ws.checkTextMessage("Socket.IO ack").matching(regex("^432\\[")), update()))));
    }

    static ChainBuilder leave() {
        return exec(ws("Socket.IO leave").close());
    }

    static ChainBuilder connectByPolling() {
        return exec(
                http("Polling connect").get(POLLING).check(status().is(200),
                        regex("\"sid\":\"([^\"]+)\"").saveAs("sid")),
                exitHereIfFailed(), post("Polling CONNECT", "40"), poll("Polling connected", "40{"),
                post("Polling subscribe", "421[\"subscribe\",\"#{channel}\"]"), exitHereIfFailed());
    }

    /** Stays, and fetches what has come every second or two; each answer holds an update. */
    static ChainBuilder stayByPolling() {
        return exec(during(Settings.STAY).on(pause(1, 2), poll("Polling fetch", "_update\"")));
    }

    static ChainBuilder leaveByPolling() {
        return exec(post("Polling leave", "1"));
    }

    private static ChainBuilder post(String name, String packet) {
        return exec(http(name).post(SESSION).header("content-type", "text/plain;charset=UTF-8")
                .body(StringBody(packet)).check(status().is(200), substring("ok")));
    }

    private static ChainBuilder poll(String name, String expected) {
        return exec(http(name).get(SESSION).check(status().is(200), substring(expected)));
    }
}

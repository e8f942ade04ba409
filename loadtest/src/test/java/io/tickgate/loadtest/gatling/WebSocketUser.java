package io.tickgate.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.exitHereIfFailed;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.substring;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.http.WsFrameCheck;

/** The steps of a user of {@code /ws}. */
final class WebSocketUser {
    private static final int PATIENCE_S = 15;

    private WebSocketUser() {}

    private static WsFrameCheck.Text update() {
        return ws.checkTextMessage("WebSocket update").matching(substring("\"seq\":"))
                .check(substring("{\"channel\":\"#{channel}\","), substring("\"tsNanos\":"));
    }

    /** @param name of the request in the report */
    static ChainBuilder connect(String name) {
        return exec(ws(name).connect("/ws").subprotocol("tickgate.v1.json").await(PATIENCE_S)
                .on(ws.checkTextMessage("WebSocket welcome").check(substring("\"op\":\"welcome\""))),
                exitHereIfFailed());
    }

    /** Subscribes and sees the first update. */
    static ChainBuilder subscribe() {
        return exec(ws("WebSocket subscribe")
                .sendText("{\"op\":\"subscribe\",\"id\":1,\"channels\":[\"#{channel}\"]}").await(PATIENCE_S)
                .on(ws.checkTextMessage("WebSocket subscribed").matching(substring("\"op\":\"subscribed\""))
                        .check(substring("\"#{channel}\"")), update()),
                exitHereIfFailed());
    }

    static ChainBuilder unsubscribe() {
        return exec(ws("WebSocket unsubscribe")
                .sendText("{\"op\":\"unsubscribe\",\"id\":3,\"channels\":[\"#{channel}\"]}").await(PATIENCE_S)
                .on(ws.checkTextMessage("WebSocket unsubscribed").matching(substring("\"op\":\"unsubscribed\""))));
    }

    /** Stays, and looks every few seconds whether it is still served. */
    static ChainBuilder stay() {
        return exec(during(Settings.STAY).on(pause(5, 10),
                exec(ws("WebSocket ping").sendText("{\"op\":\"ping\",\"id\":2}").await(PATIENCE_S)
                        .on(ws.checkTextMessage("WebSocket pong").matching(substring("\"op\":\"pong\"")), update()))));
    }

    static ChainBuilder leave() {
        return exec(ws("WebSocket leave").close());
    }
}

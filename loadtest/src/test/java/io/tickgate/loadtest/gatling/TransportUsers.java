package io.tickgate.loadtest.gatling;

import java.util.ArrayList;
import java.util.List;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.http.HttpProtocolBuilder;

/**
 * The users of one transport, who come, stay and leave.
 *
 * @param share how many of {@link Settings#USERS} they are
 */
record TransportUsers(ScenarioBuilder scenario, HttpProtocolBuilder protocol, int share) {

    /** All transports alike, HTTP/2 only where there is an address for it. */
    static List<TransportUsers> all() {
        HttpProtocolBuilder http1 = PublishingSimulation.http1();
        boolean hasHttp2 = !Settings.TLS_TARGET.isEmpty();
        int share = Settings.USERS / (hasHttp2 ? 5 : 4);
        List<TransportUsers> all = new ArrayList<>();
        all.add(new TransportUsers(PublishingSimulation.users("SSE",
                EventsUser.connect("SSE").exec(EventsUser.stay("SSE"), EventsUser.leave("SSE"))), http1, share));
        all.add(new TransportUsers(PublishingSimulation.users("Socket.IO",
                SocketIoUser.connect().exec(SocketIoUser.stay(), SocketIoUser.leave())), http1, share));
        all.add(new TransportUsers(PublishingSimulation.users("Socket.IO polling",
                SocketIoUser.connectByPolling().exec(SocketIoUser.stayByPolling(), SocketIoUser.leaveByPolling())),
                http1, share));
        if (hasHttp2) {
            all.add(new TransportUsers(PublishingSimulation.users("HTTP/2",
                    EventsUser.connect("HTTP/2").exec(EventsUser.stay("HTTP/2"), EventsUser.leave("HTTP/2"),
                            EventsUser.lastValue("HTTP/2"))),
                    PublishingSimulation.http2(), share));
        } else {
            System.out.println("No HTTP/2 users: Gatling speaks it over TLS only, give -Dtickgate.tls=https://…");
        }
        int rest = Settings.USERS - all.stream().mapToInt(TransportUsers::share).sum();
        all.add(new TransportUsers(PublishingSimulation.users("WebSocket",
                WebSocketUser.connect("WebSocket connect").exec(WebSocketUser.subscribe(), WebSocketUser.stay(),
                        WebSocketUser.leave())),
                http1, rest));
        return all;
    }
}

package io.tickgate.gateway.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.tickgate.gateway.metrics.Counter;

/** Socket.IO's connection state recovery, packet by packet. */
class SessionRecoveryTest {
    private static final Pattern CONNECT = Pattern.compile("40(?:/desk,)?\\{\"sid\":\"(.{16})\",\"pid\":\"(.{16})\"}");
    private static final Pattern OFFSET = Pattern.compile(".*,\"(node-\\d+)\"]");

    private final HandTurnedTransport io = new HandTurnedTransport(3);

    @AfterEach
    void close() {
        io.close();
    }

    /** A client that stores what the library stores. */
    private final class Client {
        private final String auth;
        private HandWebSocket webSocket;
        private String sid;
        private String pid;
        private String offset;
        /** What came besides admissions and acknowledgements, in all its lives. */
        private final List<String> events = new ArrayList<>();

        Client(String auth) {
            this.auth = auth;
        }

        Client connect(int loop) {
            webSocket = io.webSocket(loop, "");
            webSocket.send("40" + connectJson());
            read();
            return this;
        }

        String connectJson() {
            return "{" + auth + (pid == null ? "" : ",\"pid\":\"" + pid + "\"")
                    + (offset == null ? "" : ",\"offset\":\"" + offset + "\"") + "}";
        }

        void send(String packet) {
            webSocket.send(packet);
            read();
        }

        void read() {
            for (String packet : webSocket.take()) {
                Matcher connect = CONNECT.matcher(packet);
                if (connect.matches()) {
                    sid = connect.group(1);
                    pid = connect.group(2);
                } else if (packet.startsWith("42")) {
                    keep(packet);
                    events.add(packet);
                }
            }
        }

        private void keep(String event) {
            Matcher last = OFFSET.matcher(event);
            if (last.matches()) {
                offset = last.group(1);
            }
        }

        void cut() {
            read();
            webSocket.leave();
        }

        List<String> updates() {
            read();
            return events.stream().filter(event -> event.contains("_update\"")).toList();
        }

        List<Integer> numbers() {
            return updates().stream().map(event -> Integer.valueOf(event.replaceAll(".*?_update\",(\\d+).*", "$1")))
                    .toList();
        }
    }

    private Client client(String channel) {
        Client client = new Client("\"recover\":true").connect(0);
        client.send("420[\"subscribe\",\"" + channel + "\"]");
        return client;
    }

    private void assertRecovered(Client client, String sid, String pid) {
        assertThat(client.sid).isEqualTo(sid);
        assertThat(client.pid).isEqualTo(pid);
        assertThat(io.count(Counter.SESSIONS_NOT_RECOVERED)).isZero();
    }

    private void assertBegunAnew(Client client, String sid, String pid) {
        assertThat(client.sid).isNotEqualTo(sid);
        assertThat(client.pid).isNotEqualTo(pid);
        client.events.clear();
        io.publish("log:a", "99");
        assertThat(client.updates()).isEmpty();
        assertThat(io.count(Counter.SESSIONS_RECOVERED)).isZero();
        assertThat(io.count(Counter.SESSIONS_NOT_RECOVERED)).isEqualTo(1);
    }

    // ---- what such a session is told

    @Test
    void tellsWhoAsksForItByWhatItComesBackAndWhereItStands() {
        HandWebSocket webSocket = io.webSocket(0, "");
        webSocket.send("40{\"recover\":true}", "421[\"subscribe\",\"log:a\"]");
        assertThat(webSocket.take()).satisfiesExactly(hello -> assertThat(hello).startsWith("0{"),
                connect -> assertThat(connect).matches(CONNECT),
                event -> assertThat(event).startsWith("42[\"connected\",{").endsWith(",\"node-0\"]"),
                ack -> assertThat(ack).startsWith("431[{\"ok\":true"),
                event -> assertThat(event).isEqualTo("42[\"control\",{\"op\":\"position\"},\"node-0\"]"));

        io.publish("log:a", "\"text\"");
        assertThat(webSocket.take()).containsExactly("42[\"log_update\",\"text\",\"node-1\"]");
    }

    @Test
    void tellsEverybodyWhereItIsSwitchedOn() {
        try (HandTurnedTransport switchedOn = new HandTurnedTransport(1, true)) {
            HandWebSocket webSocket = switchedOn.webSocket(0, "");
            webSocket.send("40");
            assertThat(webSocket.take().get(1)).matches(CONNECT);
        }
    }

    @Test
    void putsTheOffsetBehindTheSecondArgument() {
        HandWebSocket webSocket = io.webSocket(0, "");
        webSocket.send("40{\"recover\":true,\"meta\":true}", "42[\"subscribe\",\"log:a\"]");
        webSocket.take();
        io.publish("log:a", "7");
        assertThat(webSocket.take()).singleElement().asString()
                .matches("42\\[\"log_update\",7,\\{\"channel\":\"log:a\",.*},\"node-1\"]");
    }

    @Test
    void tellsWhereItStandsBehindTheLastValue() {
        client("price:a");
        io.publish("price:a", "5");
        Client late = client("price:a");
        assertThat(late.events).endsWith("42[\"price_update\",5,null]",
                "42[\"control\",{\"op\":\"position\"},\"node-1\"]");
    }

    // ---- recovered

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void goesOnWhereItLeftOffWhateverLoopItComesBackTo(int loop) {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        for (int life = 0; life < 3; life++) {
            io.publish("log:a", "1");
            client.cut();
            io.publish("log:a", "2");
            io.publish("log:a", "3");
            client.connect(loop);
            assertRecovered(client, sid, pid);
            io.publish("log:a", "4");
        }
        assertThat(client.numbers()).containsExactly(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4);
        assertThat(client.events).filteredOn(event -> event.contains("connected")).hasSize(1);
        assertThat(client.offset).isEqualTo("node-12");
        assertThat(io.count(Counter.SESSIONS_RECOVERED)).isEqualTo(3);
    }

    @Test
    void goesOnByPolling() {
        String sid = io.open(0, "");
        io.post(1, sid, "40{\"recover\":true}\u001e42[\"subscribe\",\"log:a\"]");
        Client client = new Client("\"recover\":true");
        Matcher connect = CONNECT.matcher(io.poll(2, sid).answer());
        assertThat(connect.lookingAt()).isTrue();
        client.pid = connect.group(2);
        io.publish("log:a", "1");
        assertThat(io.poll(2, sid).answer()).isEqualTo("42[\"log_update\",1,\"node-1\"]");
        io.publish("log:a", "2");
        assertThat(io.poll(0, sid).answer()).as("an answer that gets lost").endsWith(",2,\"node-2\"]");
        HandExchange held = io.poll(0, sid);
        held.abort();

        client.offset = "node-1";
        String next = io.open(1, "");
        io.post(2, next, "40" + client.connectJson());
        String packets = io.poll(0, next).answer();
        assertThat(packets).startsWith("40{\"sid\":\"" + connect.group(1) + "\",\"pid\":\"" + client.pid + "\"}|");
        assertThat(packets).contains("|42[\"log_update\",2,null]|").doesNotContain("_update\",1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void takesOverFromAConnectionThatNobodyHasNoticedToBeLost(int loop) {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        HandWebSocket lost = client.webSocket;
        io.publish("log:a", "1");
        client.read();
        io.publish("log:a", "2");
        lost.take();

        client.connect(loop);
        assertRecovered(client, sid, pid);
        io.publish("log:a", "3");
        assertThat(client.numbers()).containsExactly(1, 2, 3);
        assertThat(lost.closeCode).isEqualTo(1000);
        assertThat(io.count(Counter.SESSIONS_OPENED_SOCKETIO) - io.count(Counter.SESSIONS_CLOSED_SOCKETIO))
                .isEqualTo(1);
    }

    @Test
    void triesAgainIfItIsCutOffAsItComesBack() {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        client.cut();
        io.publish("log:a", "1");
        io.webSocket(1, "").sendAndLeave("40" + client.connectJson());
        client.connect(2);
        assertRecovered(client, sid, pid);
        assertThat(client.numbers()).containsExactly(1);
    }

    @Test
    void sendsALatestChannelsValueOnlyIfItIsNew() {
        Client client = client("price:a");
        io.publish("price:a", "1");
        client.cut();
        client.connect(1);
        assertThat(client.numbers()).containsExactly(1);
        client.cut();
        io.publish("price:a", "2");
        io.publish("price:a", "3");
        client.connect(2);
        assertThat(client.numbers()).containsExactly(1, 3);
    }

    @Test
    void neverTakesAPayloadForAnOffset() {
        Client client = client("log:a");
        client.cut();
        io.publish("log:a", "\"node-77\"");
        client.connect(1);
        assertThat(client.updates()).containsExactly("42[\"log_update\",\"node-77\",null]");
        assertThat(client.offset).isEqualTo("node-1");
    }

    @Test
    void goesOnWithItsIntervals() {
        Client client = client("price:b");
        client.send("421[\"subscribe\",{\"channels\":[\"price:a\"],\"interval\":1000}]");
        client.cut();
        client.connect(1);
        client.webSocket.send("422[\"subscribe\",[\"price:a\",\"price:b\"]]");
        assertThat(client.webSocket.take()).first().asString().matches(".*\"price:a\"[^}]*\"interval\":1000.*")
                .matches(".*\"price:b\"[^}]*\"interval\":0.*");
    }

    @Test
    void goesOnAsTheUserThatItBecame() {
        Client client = new Client("\"recover\":true").connect(0);
        client.send("421[\"authenticate\",\"ann\"]");
        client.cut();
        io.publish("order:ann", "1");
        client.connect(1);
        io.publish("order:ann", "2");
        assertThat(client.numbers()).containsExactly(1, 2);
    }

    @Test
    void putsItsPositionBackWhileAResumedChannelIsBehind() {
        Client client = client("log:b");
        client.send("421[\"subscribe\",\"log:a\"]");
        int most = HandTurnedTransport.HIGH_WATERMARK_BYTES / 1_000;
        for (int i = 0; i < 2 * most; i++) {
            io.publish("log:a", "\"" + "x".repeat(1_000) + "\"");
        }
        io.publish("log:b", "2");
        client.read();
        assertThat(client.offset).isEqualTo("node-" + (2 * most + 1));
        client.events.clear();
        client.webSocket.send("422[\"subscribe\",\"log:a\"]");
        String epoch = client.webSocket.take().getFirst().replaceAll(".*\"epoch\":\"([^\"]+)\".*", "$1");

        client.send("423[\"subscribe\",{\"channels\":[\"log:a\"],\"resume\":{\"log:a\":\"" + epoch + "-0\"}}]");
        assertThat(client.updates()).hasSize(2 * most).allMatch(update -> update.endsWith(",null]"));
        List<Integer> positions = client.events.stream().filter(event -> event.contains("position"))
                .map(event -> Integer.valueOf(event.replaceAll(".*node-(\\d+)\"]", "$1"))).toList();
        assertThat(positions).isSorted().hasSizeGreaterThan(1).endsWith(2 * most + 1);
        assertThat(positions.getFirst()).isLessThan(most);
    }

    @Test
    void resumesASubscriptionByAcknowledgement() {
        HandWebSocket first = io.webSocket(0, "");
        first.send("40", "421[\"subscribe\",\"log:a\"]");
        String position = first.take().getLast().replaceAll(".*\"position\":\"([^\"]+)\".*", "$1");
        io.publish("log:a", "1");
        first.leave();
        io.publish("log:a", "2");

        HandWebSocket second = io.webSocket(1, "");
        second.send("40");
        second.take();
        second.send("425[\"subscribe\",{\"channels\":[\"log:a\"],\"resume\":{\"log:a\":\"" + position + "\"}}]");
        assertThat(second.take()).satisfiesExactly(
                ack -> assertThat(ack).startsWith("435[{\"ok\":true,").contains("\"recovered\":true"),
                event -> assertThat(event).isEqualTo("42[\"log_update\",1]"),
                event -> assertThat(event).isEqualTo("42[\"log_update\",2]"));
    }

    // ---- begun anew

    @Test
    void beginsAnewOnceItWasAwayForTooLong() {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        client.cut();
        io.pass(HandTurnedTransport.RECOVERY_MS);
        client.connect(1);
        assertBegunAnew(client, sid, pid);
    }

    @Test
    void isBackInTimeJustBeforeThat() {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        client.cut();
        io.pass(HandTurnedTransport.RECOVERY_MS - 1);
        client.connect(1);
        assertRecovered(client, sid, pid);
    }

    @Test
    void forgetsTheFirstToLeaveIfThereAreTooMany() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i <= HandTurnedTransport.MAX_LEFT_SESSIONS; i++) {
            clients.add(client("log:b"));
        }
        List<String> sids = clients.stream().map(client -> client.sid).toList();
        clients.forEach(Client::cut);
        assertThat(io.count(Counter.SESSIONS_FORGOTTEN)).isEqualTo(1);
        clients.forEach(client -> client.connect(1));
        assertThat(clients.getFirst().sid).isNotEqualTo(sids.getFirst());
        assertThat(clients.stream().skip(1).map(client -> client.sid))
                .containsExactlyElementsOf(sids.subList(1, sids.size()));
    }

    @Test
    void beginsAnewIfTheHistoryNoLongerReachesBack() {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        client.cut();
        for (int i = 0; i < 1_001; i++) {
            io.publish("log:a", "1");
        }
        client.connect(1);
        assertBegunAnew(client, sid, pid);
    }

    @Test
    void beginsAnewAfterItHasSaidThatItLeaves() {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        client.send("41");
        client.cut();
        client.connect(1);
        assertBegunAnew(client, sid, pid);
    }

    @Test
    void beginsAnewAfterItsTokenExpired() {
        Client client = new Client("\"recover\":true,\"token\":\"brief\"").connect(0);
        client.send("421[\"subscribe\",\"log:a\"]");
        String sid = client.sid;
        String pid = client.pid;
        io.pass(1_000);
        client.connect(1);
        assertBegunAnew(client, sid, pid);
    }

    @Test
    void beginsAnewIfItsTokenExpiresWhileItIsAway() {
        Client client = new Client("\"recover\":true").connect(0);
        client.send("421[\"authenticate\",\"brief\"]");
        client.send("421[\"subscribe\",\"log:a\"]");
        String sid = client.sid;
        String pid = client.pid;
        client.cut();
        io.pass(1_000);
        client.connect(1);
        assertBegunAnew(client, sid, pid);
    }

    @Test
    void beginsAnewAsAnotherUser() {
        Client ann = new Client("\"recover\":true,\"token\":\"ann\"").connect(0);
        ann.cut();
        Client bob = new Client("\"recover\":true,\"token\":\"bob\"");
        bob.pid = ann.pid;
        bob.offset = ann.offset;
        bob.connect(1);
        assertBegunAnew(bob, ann.sid, ann.pid);
        io.publish("order:ann", "1");
        assertThat(bob.updates()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"other-3", "node-", "node-x", "3", "node--1"})
    void beginsAnewWithAnOffsetThatIsNotOurs(String offset) {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        client.cut();
        client.offset = offset;
        client.connect(1);
        assertBegunAnew(client, sid, pid);
    }

    @Test
    void beginsAnewInAnotherNamespaceAndKeepsTheOneInItsOwn() {
        Client client = client("log:a");
        String sid = client.sid;
        String pid = client.pid;
        client.cut();
        HandWebSocket webSocket = io.webSocket(1, "");
        webSocket.send("40/desk," + client.connectJson());
        assertThat(webSocket.take().get(1)).matches(CONNECT).doesNotContain(pid);
        client.connect(1);
        assertThat(client.sid).isEqualTo(sid);
    }

    @Test
    void keepsNothingOfWhoDidNotAskForIt() {
        HandWebSocket webSocket = io.webSocket(0, "");
        webSocket.send("40");
        assertThat(webSocket.take().get(1)).doesNotContain("pid");
    }
}

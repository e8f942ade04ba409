package io.tickgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSettingsTest {
    @Test
    void takesItsOwnPresets() {
        HttpSettings settings = TestPort.settings(Map.of("port", 8080));
        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.hasTls()).isFalse();
        assertThat(settings.streams()).isEqualTo(1_000);
        assertThat(settings.compression()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"port", "loops", "requestHeadBytes", "urlBytes", "headTimeoutMs", "keepAliveMs",
            "maxConnections", "outboundHighWatermarkBytes", "outboundLowWatermarkBytes", "notSentLowatBytes",
            "userTimeoutMs", "backlog", "streams"})
    void namesTheSettingThatIsOutOfRange(String key) {
        assertThatThrownBy(() -> TestPort.settings(Map.of(key, -1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(key + " is -1, allowed is ");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> TestPort.settings(Map.of("transport", "carrier-pigeon")))
                .hasMessageContaining("transport is carrier-pigeon");
        assertThatThrownBy(() -> TestPort.settings(Map.of("tlsCert", "a.pem"))).hasMessageContaining("tlsKey");
        assertThatThrownBy(() -> TestPort.settings(Map.of("origins", List.of("*")))).hasMessageContaining("origins");
        assertThatThrownBy(() -> TestPort.settings(Map.of("host", " "))).hasMessageContaining("host");
    }

    @EachTransport
    void namesItsThreadsAndMakesNoOthers(String transport) throws Exception {
        EventLoops loops = new EventLoops(TestPort.settings(Map.of("transport", transport, "loops", 3)));
        try {
            assertThat(loops.transport().word()).isEqualTo(transport);
            assertThat(loops.all()).hasSize(3);
            for (EventLoop loop : loops.all()) {
                assertThat(loop.submit(() -> Thread.currentThread().getName()).get()).startsWith("tickgate-loop-");
            }
        } finally {
            loops.close();
        }
        assertThat(loops.group().isTerminated()).isTrue();
    }

    @Test
    void takesOneLoopForEachProcessorUnlessTold() {
        EventLoops loops = new EventLoops(TestPort.settings(Map.of("loops", 0)));
        assertThat(loops.all()).hasSize(Runtime.getRuntime().availableProcessors());
        loops.close();
    }

    @Test
    void picksEpollByItselfWhereThereIsOne() {
        EventLoops loops = new EventLoops(TestPort.settings(Map.of()));
        if (EventLoops.Transport.EPOLL.isAvailable()) {
            assertThat(loops.clientChannel()).isEqualTo(EpollSocketChannel.class);
        } else {
            assertThat(loops.transport()).isEqualTo(EventLoops.Transport.NIO);
        }
        loops.close();
    }

    @Test
    void saysWhichAddressCannotBeHad() throws IOException {
        try (TestPort port = TestPort.start(Map.of())) {
            assertThatThrownBy(() -> TestPort.start(Map.of("port", port.port()))).isInstanceOf(IOException.class)
                    .hasMessageStartingWith("can't listen on 127.0.0.1:" + port.port());
        }
    }
}

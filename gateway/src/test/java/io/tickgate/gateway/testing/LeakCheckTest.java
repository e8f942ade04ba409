package io.tickgate.gateway.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.slf4j.LoggerFactory;

@ExpectedLog({"^LEAK: ", "^made in a test$"})
class LeakCheckTest {

    /** Found only when named. */
    static final class LeaksABuffer {
        @Test
        void leaks() {
            ByteBufAllocator.DEFAULT.directBuffer(64).writeInt(1);
        }
    }

    static final class Warns {
        @Test
        void warns() {
            LoggerFactory.getLogger(Warns.class).warn("made in a test");
        }
    }

    static final class WarnsAsDeclared {
        @Test
        @ExpectedLog("made in a .est")
        void warns() {
            LoggerFactory.getLogger(Warns.class).warn("made in a test");
        }
    }

    @Test
    void failsTheClassThatLeaksABuffer() {
        containersOf(LeaksABuffer.class).assertThatEvents()
                .haveExactly(1, event(finishedWithFailure(message(text -> text.contains("LEAK: ")))));
    }

    @Test
    void failsTheClassThatLogsAWarningUndeclared() {
        containersOf(Warns.class).assertThatEvents()
                .haveExactly(1, event(finishedWithFailure(message(text -> text.contains("made in a test")))));
    }

    @Test
    void passesAWarningThatIsDeclared() {
        containersOf(WarnsAsDeclared.class).failed().assertThatEvents().isEmpty();
    }

    private static Events containersOf(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectClass(testClass))
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true").execute()
                .containerEvents();
    }
}

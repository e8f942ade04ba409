package io.tickgate.loadtest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

final class SequenceCheckerTest {
    private final SequenceChecker checker = new SequenceChecker(2);

    @Test
    void acceptsWhatComesOnceAndInOrder() {
        accept(1, 2, 3, 4);
        checker.finish(0, 4);
        expect(0, 0, 0);
        assertThat(checker.reached(0, 4)).isTrue();
        assertThat(checker.reached(0, 5)).isFalse();
    }

    @Test
    void countsAGapAsLost() {
        accept(1, 2, 5, 6, 8);
        expect(3, 0, 0);
    }

    @Test
    void countsAMissingBeginningAndAMissingEndAsLost() {
        accept(4, 5);
        expect(3, 0, 0);
        checker.finish(0, 7);
        expect(5, 0, 0);
        checker.finish(1, 10);
        expect(15, 0, 0);
    }

    @Test
    void countsARepeatedNumberAsDuplicate() {
        accept(1, 2, 2, 3, 1);
        expect(0, 2, 0);
    }

    @Test
    void countsALateNumberAsReorderedAndNotAsLost() {
        accept(1, 3, 2, 4);
        expect(0, 0, 1);
    }

    @Test
    void countsALateNumberThatComesTwiceAsBoth() {
        accept(1, 4, 2, 2, 3);
        expect(0, 1, 2);
    }

    @Test
    void remembersAcrossJumpsWiderThanItsMemory() {
        accept(1, 2, 100, 99, 37);
        expect(95, 0, 2);
        accept(99, 36, 100);
        expect(95, 2, 3);
    }

    @Test
    void keepsTracksApart() {
        checker.accept(0, 1);
        checker.accept(1, 1);
        checker.accept(0, 2);
        checker.accept(1, 3);
        expect(1, 0, 0);
    }

    @Test
    void agreesWithASlowCheckerOnShuffledStreams() {
        Random random = new Random(20_260_101);
        for (int run = 0; run < 500; run++) {
            List<Long> stream = new ArrayList<>();
            for (long n = 1; n <= 60; n++) {
                int copies = random.nextInt(10) == 0 ? random.nextInt(3) : 1;
                stream.addAll(Collections.nCopies(copies, n));
            }
            for (int swap = 0; swap < 5 && stream.size() > 1; swap++) {
                Collections.swap(stream, random.nextInt(stream.size()), random.nextInt(stream.size()));
            }
            SequenceChecker checked = new SequenceChecker(1);
            stream.forEach(n -> checked.accept(0, n));
            checked.finish(0, 60);
            long distinct = stream.stream().distinct().count();
            assertThat(checked.lost()).as("lost of %s", stream).isEqualTo(60 - distinct);
            assertThat(checked.duplicated()).as("duplicated of %s", stream).isEqualTo(stream.size() - distinct);
        }
    }

    private void accept(long... numbers) {
        for (long n : numbers) {
            checker.accept(0, n);
        }
    }

    private void expect(long lost, long duplicated, long reordered) {
        assertThat(checker.lost()).as("lost").isEqualTo(lost);
        assertThat(checker.duplicated()).as("duplicated").isEqualTo(duplicated);
        assertThat(checker.reordered()).as("reordered").isEqualTo(reordered);
    }
}

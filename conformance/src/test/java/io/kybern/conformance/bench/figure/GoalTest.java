package io.kybern.conformance.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GoalTest {
    private static final Figures FIVE = Figures.none().with(Figure.RATE, 5);
    private static final Figures ONE = Figures.none().with(Figure.RATE, 1);

    @Test
    void comparesWithTheOther() {
        assertThat(Goal.atLeastTimes(5, Figure.RATE).isMet(FIVE, Optional.of(ONE)))
                .contains(true);
        assertThat(Goal.atLeastTimes(5.1, Figure.RATE).isMet(FIVE, Optional.of(ONE)))
                .contains(false);
        assertThat(Goal.atMostTimes(0.2, Figure.RATE).isMet(ONE, Optional.of(FIVE)))
                .contains(true);
        assertThat(Goal.atMostTimes(0.1, Figure.RATE).isMet(ONE, Optional.of(FIVE)))
                .contains(false);
    }

    @Test
    void judgesBoundsAlone() {
        assertThat(Goal.atMost(5, Figure.RATE).isMet(FIVE, Optional.empty())).contains(true);
        assertThat(Goal.atMost(4, Figure.RATE).isMet(FIVE, Optional.of(ONE))).contains(false);
    }

    @Test
    void doesNotJudgeWhatIsUnknown() {
        assertThat(Goal.atLeastTimes(5, Figure.RATE).isMet(FIVE, Optional.empty()))
                .isEmpty();
        assertThat(Goal.atLeastTimes(5, Figure.CPU).isMet(FIVE, Optional.of(ONE)))
                .isEmpty();
        assertThat(Goal.atMost(5, Figure.CPU).isMet(FIVE, Optional.of(ONE))).isEmpty();
    }

    @Test
    void saysWhatItWants() {
        assertThat(Goal.atLeastTimes(5, Figure.RATE).text()).isEqualTo("≥ 5 ×");
        assertThat(Goal.atMostTimes(0.35, Figure.START).text()).isEqualTo("≤ 0.35 ×");
        assertThat(Goal.atMost(10, Figure.SLOWEST).text()).isEqualTo("≤ 10.00 ms");
    }

    @Test
    void takesEachFiguresOwnMedian() {
        Figures median = Figures.median(List.of(
                Figures.none().with(Figure.RATE, 3).with(Figure.CPU, 10),
                Figures.none().with(Figure.RATE, 1).with(Figure.CPU, 30),
                Figures.none().with(Figure.RATE, 2)));
        assertThat(median.get(Figure.RATE)).hasValue(2);
        assertThat(median.get(Figure.CPU)).hasValue(30);
        assertThat(median.get(Figure.MEMORY)).isEmpty();
    }
}

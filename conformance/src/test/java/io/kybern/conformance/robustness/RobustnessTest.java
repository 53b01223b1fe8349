package io.kybern.conformance.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.conformance.robustness.Run.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two short runs as {@code kybern robustness} makes many: one with deaths, one with everything else that this machine allows. */
class RobustnessTest {
    private static final Duration LENGTH = Duration.ofSeconds(4);

    @TempDir
    private Path directory;

    @Test
    void whatClientsAreToldFitsTogetherOverDeaths() throws InterruptedException {
        check(new Plan(1, LENGTH, 8, 3, 2, Duration.ofMinutes(5), EnumSet.of(Fault.KILL, Fault.PAUSE)));
    }

    @Test
    void whatClientsAreToldFitsTogetherOverTroubleWithTheDisk() throws InterruptedException {
        Set<Fault> faults = EnumSet.of(Fault.PAUSE, Fault.FULL, Fault.FREEZE, Fault.ERRORS);
        faults.removeAll(Machine.probe(directory.resolve("probe")).impossible().keySet());
        check(new Plan(2, LENGTH, 8, 3, 2, Duration.ofMinutes(5), faults));
    }

    private void check(Plan plan) throws InterruptedException {
        Result result = Run.run(plan, directory);
        assertThat(result.violations()).isEmpty();
        assertThat(result.operations()).isGreaterThan(plan.clients());
        assertThat(result.events()).isPositive();
    }
}

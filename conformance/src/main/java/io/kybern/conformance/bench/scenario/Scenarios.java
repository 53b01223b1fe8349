package io.kybern.conformance.bench.scenario;

import java.util.List;
import java.util.Optional;

/** All scenarios. */
public final class Scenarios {
    /** In the order of the help. */
    public static final List<Scenario> ALL = List.of(
            new Create(),
            new CreatePods(),
            new Status(),
            new LeaseRenewals(),
            new Apply(),
            new Patch(),
            new Custom(),
            new Definitions(),
            new Get(),
            new ListConfigMaps(),
            new ListPods(),
            new ListPodsProtobuf(),
            new ListManyPods(),
            new Select(),
            new SelectNone(),
            Watch.alone(),
            Watch.shared(),
            WatchPaced.alone(),
            WatchPaced.shared(),
            new WatchList(),
            new StoreWrites(),
            new Memory(),
            Startup.empty(),
            Startup.withData(),
            new Idle(),
            new Soak());

    private Scenarios() {}

    /** The one with this word. */
    public static Optional<Scenario> named(String word) {
        return ALL.stream().filter(scenario -> scenario.word().equals(word)).findFirst();
    }
}

package io.kybern.conformance.robustness;

import io.kybern.conformance.robustness.Faults.FakeClock;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which faults this machine lets us inflict. */
record Machine(Set<Fault> possible, Map<Fault, String> impossible) {
    /** @param directory an empty one, to try things in */
    static Machine probe(Path directory) {
        EnumSet<Fault> possible = EnumSet.allOf(Fault.class);
        Map<Fault, String> impossible = new LinkedHashMap<>();
        SmallDisk.mount(directory).ifPresentOrElse(SmallDisk::close, () -> {
            impossible.put(Fault.FULL, "a file system can't be mounted: that takes root and loop devices");
            impossible.put(Fault.FREEZE, "a file system can't be mounted: that takes root and loop devices");
        });
        if (FakeClock.library().isEmpty()) {
            impossible.put(Fault.CLOCK, "libfaketime is not installed");
        }
        Network.of(1).ifPresentOrElse(Network::close, () -> {
            impossible.put(Fault.MEMBER_CUT, "there are no network namespaces: they take root, ip and iptables");
            impossible.put(Fault.SERVER_CUT, "there are no network namespaces: they take root, ip and iptables");
        });
        if (!Shell.run("prlimit", "--version")) {
            impossible.put(Fault.ERRORS, "there is no prlimit");
        }
        possible.removeAll(impossible.keySet());
        return new Machine(Set.copyOf(possible), Map.copyOf(impossible));
    }
}

package io.kybern.apiserver.registry.podspec;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The signals that may stop a container, sorted. */
final class StopSignals {
    static final List<String> LINUX = Stream.of(
                    Stream.of(
                            ("ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX RTMIN SEGV"
                                            + " STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ")
                                    .split(" ")),
                    IntStream.rangeClosed(1, 14).mapToObj(i -> "RTMAX-" + i),
                    IntStream.rangeClosed(1, 15).mapToObj(i -> "RTMIN+" + i))
            .flatMap(s -> s)
            .map(s -> "SIG" + s)
            .sorted()
            .toList();

    private StopSignals() {}
}

package io.kybern.apiserver.admission.podsecurity;

import static io.kybern.apiserver.admission.podsecurity.RestrictedChecks.ofNodeUsers;
import static io.kybern.apiserver.admission.podsecurity.RestrictedChecks.onLinux;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All checks with the minor versions of Kubernetes from which they hold, in the order in which they are told. */
final class SecurityChecks {
    private static final Set<String> SELINUX = Set.of("", "container_t", "container_init_t", "container_kvm_t");
    private static final Set<String> SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start");
    private static final Set<String> SYSCTLS_27 = with(SYSCTLS, "net.ipv4.ip_local_reserved_ports");
    private static final Set<String> SYSCTLS_29 = with(
            SYSCTLS_27,
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes");
    private static final Set<String> SYSCTLS_32 = with(SYSCTLS_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");

    private static final List<Rule> BASELINE = List.of(
            new Rule("appArmorProfile").since(0, BaselineChecks::appArmor),
            new Rule("capabilities_baseline").since(0, BaselineChecks::capabilities),
            new Rule("hostNamespaces").since(0, BaselineChecks::hostNamespaces),
            new Rule("hostPathVolumes").since(0, BaselineChecks::hostPathVolumes),
            new Rule("hostPorts").since(0, BaselineChecks::hostPorts),
            new Rule("hostProbesAndHostLifecycle").since(34, BaselineChecks::probeHosts),
            new Rule("privileged").since(0, BaselineChecks::privileged),
            new Rule("procMount").since(0, BaselineChecks::procMount).since(35, BaselineChecks::procMountOfNodeUsers),
            new Rule("seLinuxOptions")
                    .since(0, BaselineChecks.seLinux(SELINUX))
                    .since(31, BaselineChecks.seLinux(with(SELINUX, "container_engine_t"))),
            new Rule("seccompProfile_baseline")
                    .since(0, BaselineChecks::seccompAnnotations)
                    .since(19, BaselineChecks::seccomp),
            new Rule("sysctls")
                    .since(0, BaselineChecks.sysctls(SYSCTLS))
                    .since(27, BaselineChecks.sysctls(SYSCTLS_27))
                    .since(29, BaselineChecks.sysctls(SYSCTLS_29))
                    .since(32, BaselineChecks.sysctls(SYSCTLS_32)),
            new Rule("windowsHostProcess").since(0, BaselineChecks::windowsHostProcess));

    private static final List<Rule> RESTRICTED = List.of(
            new Rule("allowPrivilegeEscalation")
                    .since(8, RestrictedChecks::privilegeEscalation)
                    .since(25, onLinux(RestrictedChecks::privilegeEscalation)),
            new Rule("capabilities_restricted", "capabilities_baseline")
                    .since(22, RestrictedChecks::capabilities)
                    .since(25, onLinux(RestrictedChecks::capabilities)),
            new Rule("procMount_restricted", "procMount").since(35, BaselineChecks::procMount),
            new Rule("restrictedVolumes", "hostPathVolumes").since(0, RestrictedChecks::volumes),
            new Rule("runAsNonRoot")
                    .since(0, RestrictedChecks::runAsNonRoot)
                    .since(35, ofNodeUsers(RestrictedChecks::runAsNonRoot)),
            new Rule("runAsUser")
                    .since(23, RestrictedChecks::runAsUser)
                    .since(35, ofNodeUsers(RestrictedChecks::runAsUser)),
            new Rule("seccompProfile_restricted", "seccompProfile_baseline")
                    .since(19, RestrictedChecks::seccomp)
                    .since(25, onLinux(RestrictedChecks::seccomp)));

    private SecurityChecks() {}

    /** A check under its name, in the forms that it has had; it may take the place of others. */
    private static final class Rule {
        private final String id;
        private final Set<String> replaced;
        private final List<Form> forms = new ArrayList<>();

        private record Form(int minor, SecurityCheck check) {}

        Rule(String id, String... replaced) {
            this.id = id;
            this.replaced = Set.of(replaced);
        }

        Rule since(int minor, SecurityCheck check) {
            forms.addFirst(new Form(minor, check));
            return this;
        }

        Optional<SecurityCheck> at(int minor) {
            return forms.stream().filter(f -> f.minor <= minor).findFirst().map(Form::check);
        }
    }

    /** Everything that a pod offends of a standard, in the order of the original. */
    static List<Finding> evaluate(SecurityStandard standard, SecuredPod pod) {
        if (standard.level() == SecurityStandard.Level.PRIVILEGED) {
            return List.of();
        }
        boolean restricted = standard.level() == SecurityStandard.Level.RESTRICTED;
        int minor = standard.minor();
        Set<String> replaced = new HashSet<>();
        if (restricted) {
            RESTRICTED.stream().filter(r -> r.at(minor).isPresent()).forEach(r -> replaced.addAll(r.replaced));
        }
        List<Finding> findings = new ArrayList<>();
        for (Rule rule : BASELINE) {
            if (!replaced.contains(rule.id)) {
                rule.at(minor).flatMap(c -> c.check(pod)).ifPresent(findings::add);
            }
        }
        for (Rule rule : restricted ? RESTRICTED : List.<Rule>of()) {
            rule.at(minor).flatMap(c -> c.check(pod)).ifPresent(findings::add);
        }
        return findings;
    }

    private static Set<String> with(Set<String> known, String... more) {
        Set<String> all = new TreeSet<>(known);
        all.addAll(List.of(more));
        return all;
    }
}

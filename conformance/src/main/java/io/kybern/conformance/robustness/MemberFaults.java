package io.kybern.conformance.robustness;

import io.kybern.conformance.process.EtcdMember;
import io.kybern.conformance.robustness.Network.Host;
import java.util.List;
import java.util.Random;

/** What befalls one of several servers, or the etcd that they share. */
final class MemberFaults implements Faults.Inflictor {
    private static final int LONGEST_DEATH_MILLIS = 1_500;
    private static final int LONGEST_STOP_MILLIS = 2_500;
    /** Longer than a leader of etcd is missed for; shorter than a server's connection lives without an answer, and longer, too. */
    private static final int LONGEST_CUT_MILLIS = 20_000;

    private static final int USUAL_CUT_MILLIS = 4_000;

    private final Members members;
    private final Recording record;
    private final Random random;

    MemberFaults(Members members, Recording record, Random random) {
        this.members = members;
        this.record = record;
        this.random = random;
    }

    @Override
    public void inflict(Fault fault) throws InterruptedException {
        OneServer server =
                members.servers().get(random.nextInt(members.servers().size()));
        int member = random.nextInt(Members.ETCD);
        EtcdMember etcd = members.etcd().get(member);
        switch (fault) {
            case KILL -> Faults.killAndStart(server, record, random.nextInt(1, 200));
            case PAUSE -> Faults.stop(server.pid(), random.nextInt(20, LONGEST_STOP_MILLIS));
            case MEMBER_KILL -> {
                boolean all = random.nextInt(5) == 0;
                List<EtcdMember> killed = all ? members.etcd() : List.of(etcd);
                killed.forEach(EtcdMember::kill);
                Faults.rest(random.nextInt(1, LONGEST_DEATH_MILLIS));
                killed.forEach(EtcdMember::start);
            }
            case MEMBER_PAUSE -> Faults.stop(etcd.pid(), random.nextInt(20, LONGEST_STOP_MILLIS));
            case MEMBER_CUT -> cutMember(members.etcdHosts().get(member));
            case SERVER_CUT -> cutServer(members.hostOf(server));
            default -> throw new IllegalArgumentException(fault + " befalls a server that is alone");
        }
    }

    private void cutMember(Host host) throws InterruptedException {
        List<Host> others = members.etcdHosts();
        try {
            switch (random.nextInt(3)) {
                case 0 -> {
                    members.network().cut(host, others);
                    for (OneServer server : members.servers()) {
                        members.network().cut(host, List.of(members.hostOf(server)));
                    }
                }
                case 1 -> members.network().cut(host, others); // servers still reach it
                default -> members.network().deafen(host, others);
            }
            Faults.rest(cutMillis());
        } finally {
            members.network().heal(host);
        }
    }

    private void cutServer(Host host) throws InterruptedException {
        List<Host> etcd = members.etcdHosts();
        List<Host> missed = random.nextBoolean() ? etcd : List.of(etcd.get(random.nextInt(etcd.size())));
        try {
            members.network().cut(host, missed);
            Faults.rest(cutMillis());
        } finally {
            members.network().heal(host);
        }
    }

    private int cutMillis() {
        return random.nextInt(200, random.nextInt(5) == 0 ? LONGEST_CUT_MILLIS : USUAL_CUT_MILLIS);
    }
}

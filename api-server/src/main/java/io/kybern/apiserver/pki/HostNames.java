package io.kybern.apiserver.pki;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Under which names and addresses the server may be called. */
public final class HostNames {
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    /** The names of the service {@code default/kubernetes}, with the cluster domain that kubeadm gives. */
    private static final List<String> SERVICE_NAMES = List.of(
            "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local");

    private HostNames() {}

    /**
     * All of this machine's, those of the service {@code default/kubernetes}, and {@code more}.
     *
     * @param more the first address of the service range, an advertised address, …
     */
    public static List<String> ofServer(List<String> more) {
        Set<String> hosts = new LinkedHashSet<>(List.of("localhost"));
        hosts.addAll(SERVICE_NAMES);
        hosts.add("127.0.0.1");
        hosts.add("::1");
        addMachine(hosts);
        hosts.addAll(more);
        return List.copyOf(hosts);
    }

    /** The address under which pods and other machines find this one: its first IPv4 one that is no loopback. */
    public static String advertised() {
        Set<String> hosts = new LinkedHashSet<>();
        addMachine(hosts);
        return hosts.stream()
                .filter(h -> isAddress(h) && h.indexOf(':') < 0 && !h.startsWith("127."))
                .findFirst()
                .orElse("127.0.0.1");
    }

    /** This machine's name as a node, as the kubelet would call it. */
    public static String machine() {
        String name = machineName().toLowerCase(Locale.ROOT);
        return name.isEmpty() ? "localhost" : name;
    }

    /** Literal IPv4 or IPv6 address, rather than a name. */
    static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }

    private static void addMachine(Set<String> hosts) {
        String name = machineName().toLowerCase(Locale.ROOT);
        if (!name.isEmpty() && !isAddress(name)) {
            hosts.add(name);
        }
        try {
            List<NetworkInterface> cards = Collections.list(NetworkInterface.getNetworkInterfaces());
            // Real cards come before the bridges that containers brought.
            cards.sort(Comparator.comparingInt(NetworkInterface::getIndex));
            for (NetworkInterface card : cards) {
                for (InetAddress address : Collections.list(card.getInetAddresses())) {
                    if (!address.isLinkLocalAddress()) {
                        hosts.add(withoutZone(address.getHostAddress()));
                    }
                }
            }
        } catch (SocketException e) {
            // Then only the loopback names are certified; TLS to another address says what is wrong.
        }
    }

    /** Asks the kernel where it can: a resolver that does not know the machine's own name costs seconds. */
    private static String machineName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException unknown) {
                return "";
            }
        }
    }

    private static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}

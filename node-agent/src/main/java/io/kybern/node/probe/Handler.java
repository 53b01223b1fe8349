package io.kybern.node.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a probe or hook does, with ports looked up. */
sealed interface Handler {
    record Exec(List<String> command) implements Handler {}

    /** @param host empty: the pod's own address */
    record Http(boolean tls, String host, int port, String path, List<HTTPHeader> headers) implements Handler {}

    record Tcp(String host, int port) implements Handler {}

    record Sleep(long seconds) implements Handler {}

    /** A kind that this node does not serve. */
    record Unsupported(String kind) implements Handler {}

    static Handler of(Container container, Probe probe) {
        if (probe.getExec() != null) {
            return new Exec(probe.getExec().getCommand());
        }
        if (probe.getHttpGet() != null) {
            return http(container, probe.getHttpGet());
        }
        if (probe.getTcpSocket() != null) {
            return new Tcp(
                    text(probe.getTcpSocket().getHost()),
                    port(container, probe.getTcpSocket().getPort()));
        }
        return new Unsupported("grpc");
    }

    static Handler of(Container container, LifecycleHandler hook) {
        if (hook.getExec() != null) {
            return new Exec(hook.getExec().getCommand());
        }
        if (hook.getHttpGet() != null) {
            return http(container, hook.getHttpGet());
        }
        if (hook.getSleep() != null) {
            return new Sleep(hook.getSleep().getSeconds());
        }
        if (hook.getTcpSocket() != null) {
            return new Tcp(
                    text(hook.getTcpSocket().getHost()),
                    port(container, hook.getTcpSocket().getPort()));
        }
        return new Unsupported("unknown");
    }

    private static Handler http(Container container, HTTPGetAction action) {
        String path = text(action.getPath());
        return new Http(
                "HTTPS".equalsIgnoreCase(action.getScheme()),
                text(action.getHost()),
                port(container, action.getPort()),
                path.startsWith("/") ? path : "/" + path,
                action.getHttpHeaders());
    }

    private static int port(Container container, IntOrString port) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        return container.getPorts().stream()
                .filter(candidate -> port.getStrVal().equals(candidate.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the container has no port " + port.getStrVal()));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}

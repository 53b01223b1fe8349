package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The variables by which containers find services: {@code REDIS_SERVICE_HOST} and the older Docker links. */
final class ServiceVariables {
    private ServiceVariables() {}

    static void add(Service service, Map<String, String> environment) {
        String address = service.getSpec().getClusterIP();
        List<ServicePort> ports = service.getSpec().getPorts();
        if (address == null || address.isEmpty() || address.equals("None") || ports.isEmpty()) {
            return;
        }
        String name = word(service.getMetadata().getName());
        environment.put(name + "_SERVICE_HOST", address);
        environment.put(name + "_SERVICE_PORT", ports.getFirst().getPort().toString());
        environment.put(name + "_PORT", url(address, ports.getFirst()));
        for (ServicePort port : ports) {
            if (port.getName() != null && !port.getName().isEmpty()) {
                environment.put(
                        name + "_SERVICE_PORT_" + word(port.getName()),
                        port.getPort().toString());
            }
            String protocol = protocol(port);
            String link = name + "_PORT_" + port.getPort() + "_" + protocol.toUpperCase(Locale.ROOT);
            environment.put(link, url(address, port));
            environment.put(link + "_PROTO", protocol);
            environment.put(link + "_PORT", port.getPort().toString());
            environment.put(link + "_ADDR", address);
        }
    }

    private static String url(String address, ServicePort port) {
        String host = address.contains(":") ? "[" + address + "]" : address;
        return protocol(port) + "://" + host + ":" + port.getPort();
    }

    private static String protocol(ServicePort port) {
        return port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
    }

    private static String word(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}

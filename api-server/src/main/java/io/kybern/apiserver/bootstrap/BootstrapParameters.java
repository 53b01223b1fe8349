package io.kybern.apiserver.bootstrap;

import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpAddress;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a server's first objects say about it.
 *
 * @param port that the server listens on, at the advertised address
 * @param clientCa PEM of the authorities of client certificates
 * @param requestHeaderCa PEM of the authorities of front proxies
 * @param now time of conditions
 */
public record BootstrapParameters(
        Cidr serviceRange, IpAddress advertiseAddress, int port, String clientCa, String requestHeaderCa, Instant now) {
    /** The {@code kubernetes} Service has the first address of the range. */
    public IpAddress serviceIp() {
        return serviceRange.address(BigInteger.ONE);
    }

    String value(String name) {
        return switch (name) {
            case "port" -> String.valueOf(port);
            case "serviceIp" -> serviceIp().toString();
            case "serviceRange" -> serviceRange.toString();
            case "advertiseAddress" -> advertiseAddress.toString();
            case "clientCa" -> clientCa;
            case "requestHeaderCa" -> requestHeaderCa;
            case "now" -> now.truncatedTo(ChronoUnit.SECONDS).toString();
            case "today" -> now.toString().substring(0, "2006-01-02".length());
            default -> throw new IllegalArgumentException("no bootstrap parameter " + name);
        };
    }
}

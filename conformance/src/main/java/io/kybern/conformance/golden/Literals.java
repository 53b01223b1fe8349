package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** A scenario's own text: values that it sends stay as they are in what comes back. */
final class Literals {
    static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    /** An address of the service range that the server under test must have. */
    static final Pattern SERVICE_IP = Pattern.compile("\\b10\\.0\\.0\\.\\d{1,3}\\b");
    /** What stands for an address that the server chose. */
    static final String ALLOCATED_IP = "<ip>";

    private final String text;
    private final Set<String> uuids = new HashSet<>();
    private final Set<String> serviceIps = new HashSet<>(Set.of("10.0.0.0", "10.0.0.1", "10.0.0.10"));

    Literals(JsonNode scenario) {
        text = Json.text(scenario);
        UUID.matcher(text).results().forEach(match -> uuids.add(match.group()));
        SERVICE_IP.matcher(text).results().forEach(match -> serviceIps.add(match.group()));
    }

    boolean contains(String part) {
        return text.contains(part);
    }

    boolean isUuid(String uuid) {
        return uuids.contains(uuid);
    }

    boolean isServiceIp(String address) {
        return serviceIps.contains(address);
    }
}

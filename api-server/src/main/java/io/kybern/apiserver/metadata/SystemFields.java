package io.kybern.apiserver.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.Trees;
import io.kybern.crd.value.KubeTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The metadata that the server owns: names it generates, uid, times, generation. */
public final class SystemFields {
    /** Without vowels and look-alikes, so that generated names spell nothing. Source: {@code util/rand}. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int SUFFIX = 5;
    private static final int MAX_GENERATED_BASE = 58;

    private final RandomGenerator random;
    private final Supplier<UUID> ids;

    public SystemFields(RandomGenerator random, Supplier<UUID> ids) {
        this.random = random;
        this.ids = ids;
    }

    /** {@code metadata} of an object, made if it is missing. */
    public static ObjectNode metadata(ObjectNode object) {
        return object.get("metadata") instanceof ObjectNode metadata ? metadata : object.putObject("metadata");
    }

    /** Takes from a new object what no client may set. */
    public static void wipe(ObjectNode metadata) {
        metadata.remove(
                List.of("creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"));
    }

    /** Gives a new object its uid and time. */
    public void fill(ObjectNode metadata, Instant now) {
        metadata.put("creationTimestamp", time(now));
        metadata.put("uid", ids.get().toString());
    }

    /** A name for {@code generateName}, another at each call; nothing if it has a name. */
    public void generateName(ObjectNode metadata) {
        String base = metadata.path("generateName").asText("");
        if (base.isEmpty() || !metadata.path("name").asText("").isEmpty()) {
            return;
        }
        metadata.put("name", generatedName(base));
    }

    public String generatedName(String base) {
        StringBuilder name =
                new StringBuilder(base.length() > MAX_GENERATED_BASE ? base.substring(0, MAX_GENERATED_BASE) : base);
        for (int i = 0; i < SUFFIX; i++) {
            name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    /** Generation 1 for a new object of a kind that counts. */
    public static void firstGeneration(ObjectNode object, Strategy strategy) {
        if (!strategy.generationFields().isEmpty()) {
            metadata(object).put("generation", 1);
        }
    }

    /** The next generation if a field that counts has changed. */
    public static void nextGeneration(ObjectNode updated, ObjectNode existing, Strategy strategy) {
        for (String field : strategy.generationFields()) {
            String[] path = field.split("\\.");
            if (!Trees.same(Trees.at(updated, path), Trees.at(existing, path))) {
                ObjectNode metadata = metadata(updated);
                metadata.put("generation", metadata.path("generation").asLong(0) + 1);
                return;
            }
        }
    }

    /** Restores what no update changes. */
    public static void keepSystemFields(ObjectNode metadata, JsonNode existing) {
        if (metadata.path("uid").asText("").isEmpty()) {
            copy("uid", metadata, existing);
        }
        copy("creationTimestamp", metadata, existing);
        if (existing.has("deletionTimestamp")) {
            copy("deletionTimestamp", metadata, existing);
        }
        if (existing.has("deletionGracePeriodSeconds") && !metadata.has("deletionGracePeriodSeconds")) {
            copy("deletionGracePeriodSeconds", metadata, existing);
        }
    }

    private static void copy(String field, ObjectNode to, JsonNode from) {
        JsonNode value = from.get(field);
        if (value != null) {
            to.set(field, value);
        }
    }

    /** A time as metadata has it: UTC, whole seconds. */
    public static String time(Instant instant) {
        return KubeTime.seconds(instant);
    }

    /** A time as leases and events have it: UTC, six digits after the second. */
    public static String microTime(Instant instant) {
        return MICROS.format(instant);
    }
}

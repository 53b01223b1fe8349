package io.kybern.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The groups of the kinds that somebody has defined, by name, and what the aggregated document says of them. Immutable. The next one
 * takes over the text of all that has not changed, so that a kind that comes, changes or goes costs what it costs to write that one
 * kind, and copying the rest:
 *
 * <pre>
 * kind ──text by version──┐
 * kind ──text by version──┴─► text of the group ──┐
 * kind ──text by version────► text of the group ──┴─► document
 * </pre>
 */
final class CustomGroups {
    static final CustomGroups NONE = new CustomGroups(List.of(), Map.of());

    private final List<ResourceDefinition> of;
    private final Map<String, Group> groups;

    private CustomGroups(List<ResourceDefinition> of, Map<String, Group> groups) {
        this.of = of;
        this.groups = groups;
    }

    /** Of everything that is served now; kinds that are built in are passed over. */
    CustomGroups next(List<ResourceDefinition> definitions) {
        Map<String, Map<String, ResourceDefinition>> byName = new TreeMap<>();
        for (ResourceDefinition d : definitions) {
            if (d.custom() && d.versions().stream().anyMatch(ResourceDefinition.Version::served)) {
                byName.computeIfAbsent(d.group(), g -> new TreeMap<>())
                        .put(d.names().plural(), d);
            }
        }
        Map<String, Group> next = new LinkedHashMap<>();
        byName.forEach((name, members) -> next.put(name, Group.of(name, members.values(), groups.get(name))));
        return new CustomGroups(definitions, next);
    }

    /** Whether it tells of the very definitions, so that there is nothing to do. */
    boolean isOf(List<ResourceDefinition> definitions) {
        return of == definitions;
    }

    Collection<Group> all() {
        return groups.values();
    }

    Optional<Group> find(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /** A kind and what is said of it, by version. */
    private record Kind(ResourceDefinition definition, Map<String, byte[]> texts) {
        static Kind of(ResourceDefinition definition) {
            Map<String, byte[]> texts = new LinkedHashMap<>();
            for (ResourceDefinition.Version version : definition.versions()) {
                if (version.served()) {
                    ObjectNode tree = CustomDiscovery.resource(definition, version);
                    texts.put(version.name(), JsonWriter.bytes(tree));
                }
            }
            return new Kind(definition, texts);
        }
    }

    /** A group with at least one kind that is served. */
    static final class Group {
        private final String name;
        private final Map<String, Kind> kinds;
        private final GroupText text;

        private Group(String name, Map<String, Kind> kinds) {
            this.name = name;
            this.kinds = kinds;
            this.text = GroupText.of(text());
        }

        /** @param members by plural name, in that order */
        private static Group of(String name, Collection<ResourceDefinition> members, @Nullable Group former) {
            Map<String, Kind> before = former == null ? Map.of() : former.kinds;
            Map<String, Kind> kinds = new LinkedHashMap<>();
            boolean same = members.size() == before.size();
            for (ResourceDefinition member : members) {
                String plural = member.names().plural();
                Kind known = before.get(plural);
                boolean kept = known != null && known.definition() == member;
                kinds.put(plural, kept ? known : Kind.of(member));
                same &= kept;
            }
            return same && former != null ? former : new Group(name, kinds);
        }

        private byte[] text() {
            JsonWriter out = new JsonWriter(1024);
            out.raw('{').name("metadata").raw('{').name("name").string(name).raw('}');
            out.raw(',').name("versions").raw('[');
            boolean later = false;
            for (String version : CustomDiscovery.versions(definitions())) {
                if (later) {
                    out.raw(',');
                }
                later = true;
                out.raw('{').name("version").string(version).raw(',').name("resources");
                resources(version, out);
                out.raw(',').name("freshness").string("Current").raw('}');
            }
            return out.raw(']').raw('}').toByteArray();
        }

        private void resources(String version, JsonWriter out) {
            out.raw('[');
            boolean later = false;
            for (Kind kind : kinds.values()) {
                byte[] piece = kind.texts().get(version);
                if (piece != null) {
                    if (later) {
                        out.raw(',');
                    }
                    later = true;
                    out.raw(piece);
                }
            }
            out.raw(']');
        }

        String name() {
            return name;
        }

        /** In the order of their plural names. */
        List<ResourceDefinition> definitions() {
            List<ResourceDefinition> out = new ArrayList<>(kinds.size());
            kinds.values().forEach(kind -> out.add(kind.definition()));
            return out;
        }

        /** The kinds whose text is that of another state of the group. */
        Collection<String> kept(Group other) {
            return kinds.keySet().stream()
                    .filter(plural -> kinds.get(plural) == other.kinds.get(plural))
                    .toList();
        }

        /** Its {@code APIGroupDiscovery}. */
        GroupText aggregated() {
            return text;
        }
    }
}

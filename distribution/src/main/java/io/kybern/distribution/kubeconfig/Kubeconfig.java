package io.kybern.distribution.kubeconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A kubeconfig as a tree of YAML nodes rather than values: an entry that isn't ours goes out as it came in, with its
 * fields, their order and their quoting, also what this program has never heard of. Not thread-safe.
 */
public final class Kubeconfig {
    private static final List<String> SECTIONS = List.of("clusters", "contexts", "users");
    private static final LoadSettings LOAD =
            LoadSettings.builder().setParseComments(true).build();
    private static final DumpSettings DUMP = DumpSettings.builder()
            .setDumpComments(true)
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(Integer.MAX_VALUE)
            .setSplitLines(false)
            .build();

    private final MappingNode root;

    private Kubeconfig(MappingNode root) {
        this.root = root;
    }

    /** @throws KubeconfigException if it is no YAML mapping */
    public static Kubeconfig parse(String text) {
        try {
            Node node = new Compose(LOAD)
                    .composeString(text)
                    .orElseGet(() -> new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK));
            if (node instanceof MappingNode mapping) {
                return new Kubeconfig(mapping);
            }
            if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL)) {
                return new Kubeconfig(new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK));
            }
        } catch (YamlEngineException e) {
            throw new KubeconfigException("is no YAML: " + firstLine(e), e);
        }
        throw new KubeconfigException("is no kubeconfig: not a mapping", null);
    }

    /** Empty where none is set. */
    public Optional<String> currentContext() {
        return find(root, "current-context").flatMap(Kubeconfig::scalar).filter(name -> !name.isEmpty());
    }

    public boolean hasContext(String name) {
        return entry(section("contexts"), name) >= 0;
    }

    /** Takes over the clusters, contexts and users of {@code other}, each in place of one with its name or at the end. */
    public void merge(Kubeconfig other) {
        for (String field : List.of("apiVersion", "kind")) {
            if (find(root, field).isEmpty()) {
                find(other.root, field).ifPresent(value -> set(field, value));
            }
        }
        for (String section : SECTIONS) {
            List<Node> mine = section(section);
            for (Node theirs : other.section(section)) {
                int index = name(theirs).map(name -> entry(mine, name)).orElse(-1);
                if (index >= 0) {
                    mine.set(index, theirs);
                } else {
                    mine.add(theirs);
                }
            }
        }
    }

    /** Removes the cluster, context and user of this name. */
    public void remove(String name) {
        for (String section : SECTIONS) {
            section(section).removeIf(entry -> name(entry).filter(name::equals).isPresent());
        }
    }

    /** Empty: none. */
    public void setCurrentContext(String name) {
        set(
                "current-context",
                new ScalarNode(Tag.STR, name, name.isEmpty() ? ScalarStyle.DOUBLE_QUOTED : ScalarStyle.PLAIN));
    }

    /** The file's text. */
    public String text() {
        return new Present(DUMP)
                .emitToString(new Serialize(DUMP).serializeOne(root).iterator());
    }

    /** The live list of a section's entries; an absent or empty one is made. */
    private List<Node> section(String name) {
        Optional<Node> found = find(root, name);
        if (found.isPresent() && found.get() instanceof SequenceNode sequence && isBlock(sequence)) {
            return sequence.getValue();
        }
        List<Node> entries = found.filter(SequenceNode.class::isInstance)
                .map(node -> new ArrayList<>(((SequenceNode) node).getValue()))
                .orElseGet(ArrayList::new);
        set(name, new SequenceNode(Tag.SEQ, entries, FlowStyle.BLOCK));
        return entries;
    }

    /** {@code clusters: []} is written in flow style and would swallow what is added. */
    private static boolean isBlock(SequenceNode sequence) {
        return sequence.getFlowStyle() == FlowStyle.BLOCK
                || !sequence.getValue().isEmpty();
    }

    private static int entry(List<Node> entries, String name) {
        for (int i = 0; i < entries.size(); i++) {
            if (name(entries.get(i)).filter(name::equals).isPresent()) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<String> name(Node entry) {
        return entry instanceof MappingNode mapping
                ? find(mapping, "name").flatMap(Kubeconfig::scalar)
                : Optional.empty();
    }

    private static Optional<Node> find(MappingNode mapping, String field) {
        return mapping.getValue().stream()
                .filter(tuple ->
                        scalar(tuple.getKeyNode()).filter(field::equals).isPresent())
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    private void set(String field, Node value) {
        List<NodeTuple> fields = root.getValue();
        for (int i = 0; i < fields.size(); i++) {
            if (scalar(fields.get(i).getKeyNode()).filter(field::equals).isPresent()) {
                fields.set(i, new NodeTuple(fields.get(i).getKeyNode(), value));
                return;
            }
        }
        fields.add(new NodeTuple(new ScalarNode(Tag.STR, field, ScalarStyle.PLAIN), value));
    }

    private static Optional<String> scalar(Node node) {
        return node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}

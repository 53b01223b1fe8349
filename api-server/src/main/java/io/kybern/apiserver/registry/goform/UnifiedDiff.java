package io.kybern.apiserver.registry.goform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The difference of two trees as lines with three of context, as {@code apimachinery/pkg/util/diff} prints it: both are
 * written with one space of indentation and compared as Python's {@code difflib} does: the longest run that both have,
 * then the same before and after it; lines that are in the second text very often do not start a run.
 */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;
    /** From this many lines on, lines that make up more than a hundredth of them are popular. */
    private static final int POPULAR_FROM = 200;

    private final List<String> a;
    private final List<String> b;
    private final Map<String, List<Integer>> places = new HashMap<>();

    private UnifiedDiff(List<String> a, List<String> b) {
        this.a = a;
        this.b = b;
        for (int i = 0; i < b.size(); i++) {
            places.computeIfAbsent(b.get(i), k -> new ArrayList<>()).add(i);
        }
        int popular = b.size() / 100 + 1;
        if (b.size() >= POPULAR_FROM) {
            places.values().removeIf(p -> p.size() > popular);
        }
    }

    private record Block(int inA, int inB, int size) {}

    private record Change(boolean equal, int a1, int a2, int b1, int b2) {}

    public static String of(JsonNode before, JsonNode after) {
        UnifiedDiff diff = new UnifiedDiff(lines(before), lines(after));
        StringBuilder out = new StringBuilder();
        for (List<Change> group : groups(diff.changes())) {
            diff.print(group, out);
        }
        return out.toString();
    }

    private static List<String> lines(JsonNode tree) {
        StringBuilder out = new StringBuilder();
        write(tree, "", out);
        List<String> lines = new ArrayList<>(out.toString().lines().toList());
        return lines;
    }

    private static void write(JsonNode node, String indent, StringBuilder out) {
        if (!node.isContainerNode() || node.isEmpty()) {
            out.append(node);
            return;
        }
        String inner = indent + " ";
        boolean object = node.isObject();
        out.append(object ? '{' : '[');
        String separator = "\n";
        if (object) {
            for (Map.Entry<String, JsonNode> e : node.properties()) {
                out.append(separator)
                        .append(inner)
                        .append('"')
                        .append(e.getKey())
                        .append("\": ");
                write(e.getValue(), inner, out);
                separator = ",\n";
            }
        } else {
            for (JsonNode item : node) {
                out.append(separator).append(inner);
                write(item, inner, out);
                separator = ",\n";
            }
        }
        out.append('\n').append(indent).append(object ? '}' : ']');
    }

    private Block longest(int a1, int a2, int b1, int b2) {
        int bestA = a1;
        int bestB = b1;
        int size = 0;
        Map<Integer, Integer> runs = new HashMap<>();
        for (int i = a1; i < a2; i++) {
            Map<Integer, Integer> next = new HashMap<>();
            for (int j : places.getOrDefault(a.get(i), List.of())) {
                if (j < b1) {
                    continue;
                }
                if (j >= b2) {
                    break;
                }
                int run = runs.getOrDefault(j - 1, 0) + 1;
                next.put(j, run);
                if (run > size) {
                    bestA = i - run + 1;
                    bestB = j - run + 1;
                    size = run;
                }
            }
            runs = next;
        }
        while (bestA > a1 && bestB > b1 && a.get(bestA - 1).equals(b.get(bestB - 1))) {
            bestA--;
            bestB--;
            size++;
        }
        while (bestA + size < a2 && bestB + size < b2 && a.get(bestA + size).equals(b.get(bestB + size))) {
            size++;
        }
        return new Block(bestA, bestB, size);
    }

    private void blocks(int a1, int a2, int b1, int b2, TreeMap<Integer, Block> found) {
        Block block = longest(a1, a2, b1, b2);
        if (block.size == 0) {
            return;
        }
        blocks(a1, block.inA, b1, block.inB, found);
        found.put(block.inA, block);
        blocks(block.inA + block.size, a2, block.inB + block.size, b2, found);
    }

    private List<Change> changes() {
        TreeMap<Integer, Block> found = new TreeMap<>();
        blocks(0, a.size(), 0, b.size(), found);
        List<Block> merged = new ArrayList<>();
        for (Block block : found.values()) {
            Block last = merged.isEmpty() ? new Block(-1, -1, 0) : merged.getLast();
            if (last.inA + last.size == block.inA && last.inB + last.size == block.inB) {
                merged.removeLast();
                merged.add(new Block(last.inA, last.inB, last.size + block.size));
            } else {
                merged.add(block);
            }
        }
        merged.add(new Block(a.size(), b.size(), 0));
        List<Change> changes = new ArrayList<>();
        int i = 0;
        int j = 0;
        for (Block block : merged) {
            if (i < block.inA || j < block.inB) {
                changes.add(new Change(false, i, block.inA, j, block.inB));
            }
            i = block.inA + block.size;
            j = block.inB + block.size;
            if (block.size > 0) {
                changes.add(new Change(true, block.inA, i, block.inB, j));
            }
        }
        return changes;
    }

    private static List<List<Change>> groups(List<Change> changes) {
        List<List<Change>> groups = new ArrayList<>();
        List<Change> group = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change c = changes.get(i);
            int length = c.a2 - c.a1;
            if (!c.equal) {
                group.add(c);
            } else if (i == 0) {
                int skip = Math.max(0, length - CONTEXT);
                group.add(new Change(true, c.a1 + skip, c.a2, c.b1 + skip, c.b2));
            } else if (i == changes.size() - 1) {
                int keep = Math.min(length, CONTEXT);
                group.add(new Change(true, c.a1, c.a1 + keep, c.b1, c.b1 + keep));
            } else if (length > 2 * CONTEXT) {
                group.add(new Change(true, c.a1, c.a1 + CONTEXT, c.b1, c.b1 + CONTEXT));
                groups.add(group);
                group = new ArrayList<>();
                group.add(new Change(true, c.a2 - CONTEXT, c.a2, c.b2 - CONTEXT, c.b2));
            } else {
                group.add(c);
            }
        }
        if (group.stream().anyMatch(c -> !c.equal)) {
            groups.add(group);
        }
        return groups;
    }

    private void print(List<Change> group, StringBuilder out) {
        Change first = group.getFirst();
        Change last = group.getLast();
        out.append("@@ -").append(range(first.a1, last.a2)).append(" +").append(range(first.b1, last.b2));
        out.append(" @@\n");
        for (Change change : group) {
            if (change.equal) {
                a.subList(change.a1, change.a2)
                        .forEach(l -> out.append(' ').append(l).append('\n'));
            } else {
                a.subList(change.a1, change.a2)
                        .forEach(l -> out.append('-').append(l).append('\n'));
                b.subList(change.b1, change.b2)
                        .forEach(l -> out.append('+').append(l).append('\n'));
            }
        }
    }

    private static String range(int start, int end) {
        int length = end - start;
        if (length == 1) {
            return Integer.toString(start + 1);
        }
        return (length == 0 ? start : start + 1) + "," + length;
    }
}

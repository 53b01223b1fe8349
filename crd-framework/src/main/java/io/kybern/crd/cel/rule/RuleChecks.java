package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What must hold of the rules of a definition: that they compile, that each and all together may not cost too much, and
 * that old values are there where they are asked for.
 *
 * <p>Who validates the schema walks it and calls {@link #check} for each node that has rules, children first.
 */
public final class RuleChecks {
    private static final long LIMIT_EACH = 10_000_000;
    private static final long LIMIT_ALL = 100_000_000;

    private final FieldErrors errors;
    private final boolean unchanged;
    private long total;
    private List<Expensive> expensive = new ArrayList<>();

    private record Expensive(FieldPath path, long cost) {}

    /** @param unchanged whether this schema was accepted before: each of its rules may cost what it does */
    public RuleChecks(FieldErrors errors, boolean unchanged) {
        this.errors = errors;
        this.unchanged = unchanged;
    }

    /**
     * Where a node of the schema stands.
     *
     * @param cardinality how often it may occur in an object; empty: nothing limits it
     * @param uncorrelated the outermost path below which old values are not known
     */
    public record Place(OptionalLong cardinality, Optional<FieldPath> uncorrelated, boolean resource) {
        public static final Place ROOT = new Place(OptionalLong.of(1), Optional.empty(), true);

        /** The place of what is in a property, in the values of a map or in the items of a list. */
        public Place within(JsonNode parent, FieldPath path, boolean correlates, boolean embedded) {
            OptionalLong times = elements(parent);
            OptionalLong product = cardinality.isPresent() && times.isPresent()
                    ? OptionalLong.of(SizeRange.multiply(cardinality.getAsLong(), times.getAsLong()))
                    : OptionalLong.empty();
            Optional<FieldPath> outermost = uncorrelated.isPresent() || correlates ? uncorrelated : Optional.of(path);
            return new Place(product, outermost, embedded);
        }

        private static OptionalLong elements(JsonNode schema) {
            return switch (schema.path("type").asText("")) {
                case "object" ->
                    schema.has("additionalProperties") ? limit(schema.path("maxProperties")) : OptionalLong.of(1);
                case "array" -> limit(schema.path("maxItems"));
                default -> OptionalLong.of(1);
            };
        }

        private static OptionalLong limit(JsonNode limit) {
            return limit.isNumber() ? OptionalLong.of(Math.max(0, limit.longValue())) : OptionalLong.empty();
        }
    }

    /** Checks the rules of one node. */
    public void check(Schema schema, FieldPath path, Place place) {
        FieldPath rulesPath = path.child("x-kubernetes-validations");
        Optional<SchemaType> type = SchemaType.of(schema, place.resource(), "selfType");
        if (type.isEmpty()) {
            errors.internal(
                    rulesPath,
                    "internal error: failed to construct type information for x-kubernetes-validations rules: unable to"
                            + " convert structural schema to CEL declarations");
            return;
        }
        List<JsonNode> rules = schema.constraints().rules();
        for (int i = 0; i < rules.size(); i++) {
            CompiledRule rule = CompiledRule.of(RuleText.of(rules.get(i)), type.get());
            check(rule, rules.get(i), rulesPath.index(i), place, type.get());
        }
    }

    private void check(CompiledRule rule, JsonNode raw, FieldPath path, Place place, SchemaType type) {
        long times = place.cardinality().orElse(type.mostOccurrences());
        observe(path.child("rule"), SizeRange.multiply(rule.cost(), times), "estimated rule cost");
        if (!rule.error().isEmpty()) {
            errors.invalid(path.child("rule"), shown(raw), rule.error());
        }
        if (!rule.messageError().isEmpty()) {
            errors.invalid(path.child("messageExpression"), shown(raw), rule.messageError());
        } else if (rule.message().isPresent()) {
            observe(path.child("messageExpression"), rule.messageCost(), "estimated messageExpression cost");
        }
        if (rule.usesOldSelf()) {
            place.uncorrelated()
                    .ifPresent(outermost -> errors.invalid(
                            path.child("rule"),
                            rule.text().rule(),
                            "oldSelf cannot be used on the uncorrelatable portion of the schema within " + outermost));
        } else {
            rule.text()
                    .optionalOldSelf()
                    .ifPresent(given -> errors.invalid(
                            path.child("optionalOldSelf"), given, "may not be set if oldSelf is not used in rule"));
        }
    }

    /** The rule as the original prints its own form of it. */
    private static ObjectNode shown(JsonNode raw) {
        RuleText text = RuleText.of(raw);
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("Rule", text.rule());
        shown.put("Message", text.message());
        shown.put("MessageExpression", text.messageExpression());
        shown.set("Reason", raw.hasNonNull("reason") ? raw.get("reason") : NullNode.instance);
        shown.put("FieldPath", text.fieldPath());
        shown.set(
                "OptionalOldSelf", raw.hasNonNull("optionalOldSelf") ? raw.get("optionalOldSelf") : NullNode.instance);
        return shown;
    }

    private void observe(FieldPath path, long cost, String what) {
        if (!unchanged && cost > LIMIT_EACH) {
            errors.forbidden(path, exceeds(what, cost, LIMIT_EACH));
        }
        total = SizeRange.add(total, cost);
        if (cost >= LIMIT_ALL / 100) {
            expensive.add(new Expensive(path, cost));
            expensive.sort(Comparator.comparingLong(Expensive::cost).reversed());
            expensive = new ArrayList<>(expensive.subList(0, Math.min(4, expensive.size())));
        }
    }

    /** Complains if all rules together may cost too much; to be called when all have been checked. */
    public void checkTotal(FieldPath path) {
        if (total <= LIMIT_ALL) {
            return;
        }
        expensive.forEach(e -> errors.forbidden(
                e.path(), "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"));
        errors.forbidden(
                path,
                exceeds(
                        "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema",
                        total,
                        LIMIT_ALL));
    }

    private static String exceeds(String what, long cost, long limit) {
        double factor = (double) cost / limit;
        String shown =
                factor > 100 ? "more than 100x" : String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
        return what + " exceeds budget by factor of " + shown
                + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and"
                + " strings are declared)";
    }
}

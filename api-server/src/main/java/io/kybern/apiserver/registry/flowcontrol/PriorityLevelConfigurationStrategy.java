package io.kybern.apiserver.registry.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PriorityLevelConfigurations. */
public final class PriorityLevelConfigurationStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int DEFAULT_SHARES = 30;
    private static final int MAX_HASH_BITS = 60;

    @Override
    public MetadataRules metadataRules(String subresource) {
        return subresource.isEmpty() ? MetadataRules.WHOLE : MetadataRules.NOTHING;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().equals("status")) {
            Trees.keepMetadata(updated, existing);
        }
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        if (spec.path("exempt") instanceof ObjectNode exempt) {
            Trees.defaultNumber(exempt, "nominalConcurrencyShares", 0);
            Trees.defaultNumber(exempt, "lendablePercent", 0);
        }
        if (spec.path("limited") instanceof ObjectNode limited) {
            Trees.defaultNumber(limited, "nominalConcurrencyShares", DEFAULT_SHARES);
            Trees.defaultNumber(limited, "lendablePercent", 0);
            if (limited.path("limitResponse").path("queuing") instanceof ObjectNode queuing) {
                nonZero(queuing, "handSize", 8);
                nonZero(queuing, "queues", 64);
                nonZero(queuing, "queueLengthLimit", 50);
            }
        }
    }

    private static void nonZero(ObjectNode object, String field, int value) {
        if (object.path(field).asInt() == 0) {
            object.put(field, value);
        }
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        String type = Trees.text(spec, "type");
        boolean exemptName = Trees.text(object.path("metadata"), "name").equals("exempt");
        if (exemptName != type.equals("Exempt")) {
            errors.invalid(SPEC.child("type"), type, "must be 'Exempt' if and only if `name` is 'exempt'");
        }
        boolean limited = spec.path("limited").isObject();
        boolean exempt = spec.path("exempt").isObject();
        switch (type) {
            case "Exempt" -> {
                if (limited) {
                    errors.forbidden(SPEC.child("limited"), "must be nil if the type is not Limited");
                }
                shares(spec.path("exempt"), SPEC.child("exempt"), errors);
                percent(spec.path("exempt"), SPEC.child("exempt"), errors);
            }
            case "Limited" -> {
                if (exempt) {
                    errors.forbidden(SPEC.child("exempt"), "must be nil if the type is Limited");
                }
                if (limited) {
                    limited(spec.path("limited"), SPEC.child("limited"), errors);
                } else {
                    errors.required(SPEC.child("limited"), "must not be empty when type is Limited");
                }
            }
            default -> FieldRules.required(SPEC.child("type"), spec.path("type"), List.of("Exempt", "Limited"), errors);
        }
    }

    private static void shares(JsonNode level, FieldPath path, FieldErrors errors) {
        JsonNode shares = level.path("nominalConcurrencyShares");
        if (shares.asLong() < 0) {
            errors.invalid(path.child("nominalConcurrencyShares"), shares, "must be a non-negative integer");
        }
    }

    private static void percent(JsonNode level, FieldPath path, FieldErrors errors) {
        JsonNode percent = level.path("lendablePercent");
        if (percent.asLong() < 0 || percent.asLong() > 100) {
            errors.invalid(path.child("lendablePercent"), percent, "must be between 0 and 100, inclusive");
        }
    }

    private static void limited(JsonNode limited, FieldPath path, FieldErrors errors) {
        shares(limited, path, errors);
        JsonNode response = limited.path("limitResponse");
        FieldPath responsePath = path.child("limitResponse");
        boolean queuing = response.path("queuing").isObject();
        switch (Trees.text(response, "type")) {
            case "Reject" -> {
                if (queuing) {
                    errors.forbidden(
                            responsePath.child("queuing"), "must be nil if limited.limitResponse.type is not Limited");
                }
            }
            case "Queue" -> {
                if (queuing) {
                    queuing(response.path("queuing"), responsePath.child("queuing"), errors);
                } else {
                    errors.required(
                            responsePath.child("queuing"),
                            "must not be empty if limited.limitResponse.type is Limited");
                }
            }
            default ->
                FieldRules.required(
                        responsePath.child("type"), response.path("type"), List.of("Queue", "Reject"), errors);
        }
        percent(limited, path, errors);
        JsonNode borrowing = limited.path("borrowingLimitPercent");
        if (borrowing.asLong() < 0) {
            errors.invalid(
                    path.child("borrowingLimitPercent"), borrowing, "if specified, must be a non-negative integer");
        }
    }

    private static void queuing(JsonNode queuing, FieldPath path, FieldErrors errors) {
        JsonNode length = queuing.path("queueLengthLimit");
        JsonNode queues = queuing.path("queues");
        JsonNode hand = queuing.path("handSize");
        if (length.asLong() <= 0) {
            errors.invalid(path.child("queueLengthLimit"), length, "must be positive");
        }
        if (queues.asLong() <= 0) {
            errors.invalid(path.child("queues"), queues, "must be positive");
        } else if (queues.asLong() > 10_000_000) {
            errors.invalid(path.child("queues"), queues, "must not be greater than 10000000");
        }
        if (hand.asLong() <= 0) {
            errors.invalid(path.child("handSize"), hand, "must be positive");
        } else if (hand.asLong() > queues.asLong()) {
            errors.invalid(path.child("handSize"), hand, "should not be greater than queues (" + queues.asLong() + ")");
        } else if (entropyBits(queues.asLong(), hand.asLong()) > MAX_HASH_BITS) {
            errors.invalid(
                    path.child("handSize"),
                    hand,
                    "required entropy bits of deckSize " + queues.asLong() + " and handSize " + hand.asLong()
                            + " should not be greater than " + MAX_HASH_BITS);
        }
    }

    /** The bits of a flow's hash that dealing a hand uses up. Source: {@code shufflesharding.RequiredEntropyBits}. */
    private static long entropyBits(long deck, long hand) {
        return (long) Math.ceil(Math.log(deck) / Math.log(2) * hand);
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of(
                "", Set.of(List.of("status")),
                "status", Set.of(List.of("metadata"), List.of("spec")));
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("Type", 0, o -> Trees.text(o.path("spec"), "type")),
                number("NominalConcurrencyShares", "/spec/limited/nominalConcurrencyShares"),
                number("Queues", "/spec/limited/limitResponse/queuing/queues"),
                number("HandSize", "/spec/limited/limitResponse/queuing/handSize"),
                number("QueueLengthLimit", "/spec/limited/limitResponse/queuing/queueLengthLimit"),
                Columns.AGE);
    }

    private static TableColumn number(String name, String pointer) {
        return Columns.of(name, "string", 0, o -> {
            JsonNode value = o.at(pointer);
            return value.isNumber() ? value : TextNode.valueOf("<none>");
        });
    }
}

package io.kybern.apiserver.registry.resource;

import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.program.Program;
import io.kybern.crd.cel.syntax.SyntaxException;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The CEL expressions that choose devices: whether they fit together, and what they may cost.
 *
 * <p>Source: {@code k8s.io/dynamic-resource-allocation/cel/compile.go}.
 */
final class DeviceSelectors {
    private static final long MAX_COST = 1_000_000;

    /** Of maps of domains, and of each domain's. */
    private static final long MAX_ENTRIES = 32;

    private static final long MAX_DOMAIN = 63;
    private static final long MAX_ID = 32;
    private static final long MAX_DRIVER = 63;
    private static final long MAX_VALUE = 64;

    private static final String DEVICE = "kubernetes.DRADevice";
    private static final Map<String, CelType> FIELDS = Map.of(
            "driver",
            CelType.STRING,
            "allowMultipleAllocations",
            CelType.BOOL,
            "attributes",
            byDomain(CelType.ANY),
            "capacity",
            byDomain(CelType.struct("kubernetes.Quantity")));
    private static final StructTypes TYPES = new StructTypes() {
        @Override
        public boolean has(String type) {
            return type.equals(DEVICE);
        }

        @Override
        public Optional<CelType> field(String type, String field) {
            return has(type) ? Optional.ofNullable(FIELDS.get(field)) : Optional.empty();
        }
    };
    private static final Environment ENVIRONMENT =
            new Environment(Map.of("device", CelType.struct(DEVICE)), TYPES, Set.of(Environment.Extra.BINDINGS));

    private DeviceSelectors() {}

    private static CelType byDomain(CelType value) {
        return CelType.map(CelType.STRING, CelType.map(CelType.STRING, value));
    }

    static void validate(String expression, FieldPath path, FieldErrors errors) {
        CheckedExpr checked;
        try {
            checked = Program.check(expression, ENVIRONMENT);
        } catch (SyntaxException e) {
            errors.invalid(path, expression, "compilation failed: " + e.getMessage());
            return;
        }
        CelType result = checked.resultType();
        if (!result.equals(CelType.BOOL) && !result.equals(CelType.ANY)) {
            errors.invalid(path, expression, "must evaluate to bool or the unknown type, not " + result.declared());
            return;
        }
        try {
            if (Program.of(checked, ENVIRONMENT).estimate(DeviceSelectors::size).max() > MAX_COST) {
                errors.forbidden(path, "too complex, exceeds cost limit");
            }
        } catch (Program.InstantiationException e) {
            errors.internal(path, "program instantiation failed: " + e.getMessage());
        }
    }

    /** How large what is found in a device may be; single values without a size count as nothing. */
    private static Optional<SizeRange> size(List<String> path) {
        if (path.size() < 2 || !path.getFirst().equals("device")) {
            return Optional.empty();
        }
        return switch (path.get(1)) {
            case "driver" -> path.size() == 2 ? upTo(MAX_DRIVER) : Optional.empty();
            case "allowMultipleAllocations" -> path.size() == 2 ? upTo(1) : Optional.empty();
            case "attributes" -> inDomains(path.subList(2, path.size()), true);
            case "capacity" -> inDomains(path.subList(2, path.size()), false);
            default -> Optional.empty();
        };
    }

    private static Optional<SizeRange> inDomains(List<String> steps, boolean attributes) {
        if (steps.isEmpty()) {
            return upTo(MAX_ENTRIES);
        }
        if (isKey(steps.getFirst())) {
            return steps.size() == 1 ? upTo(MAX_DOMAIN) : Optional.empty();
        }
        if (!isValue(steps.getFirst())) {
            return Optional.empty();
        }
        if (steps.size() == 1) {
            return upTo(MAX_ENTRIES);
        }
        if (isKey(steps.get(1))) {
            return steps.size() == 2 ? upTo(MAX_ID) : Optional.empty();
        }
        boolean named = attributes || isValue(steps.get(1)); // attributes are of one size, whatever their names
        return steps.size() == 2 && named ? upTo(attributes ? MAX_VALUE : 0) : Optional.empty();
    }

    private static boolean isKey(String step) {
        return step.equals("@keys");
    }

    private static boolean isValue(String step) {
        return step.equals("@items") || step.equals("@values");
    }

    private static Optional<SizeRange> upTo(long most) {
        return Optional.of(new SizeRange(0, most));
    }
}

package io.kybern.crd.cel.check;

import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.type.CelType.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of type parameters so far. Asking whether one type can be assigned to another may find out more.
 *
 * <p>Source: {@code cel-go/checker/types.go}.
 */
final class Substitution {
    private Map<String, CelType> known = new HashMap<>();

    void put(CelType parameter, CelType type) {
        known.put(parameter.name(), type);
    }

    /** Whether values of one type are values of the other; if so, what this tells of parameters is kept. */
    boolean isAssignable(CelType from, CelType to) {
        return isAssignable(List.of(from), List.of(to));
    }

    boolean isAssignable(List<CelType> from, List<CelType> to) {
        Map<String, CelType> before = new HashMap<>(known);
        if (allFit(from, to)) {
            return true;
        }
        known = before;
        return false;
    }

    private boolean allFit(List<CelType> from, List<CelType> to) {
        if (from.size() != to.size()) {
            return false;
        }
        for (int i = 0; i < from.size(); i++) {
            if (!fits(from.get(i), to.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean fits(CelType a, CelType b) {
        if (b.kind() == Kind.PARAMETER) {
            boolean bound = known.containsKey(b.name()) || a.equals(b);
            if (substitutes(a, b)) {
                return true;
            }
            if (bound) {
                return false;
            }
        }
        if (a.kind() == Kind.PARAMETER) {
            return substitutes(b, a);
        }
        if (a.isDyn() || b.isDyn() || a.kind() == Kind.ERROR || b.kind() == Kind.ERROR) {
            return true;
        }
        if (a.kind() == Kind.NULL || b.kind() == Kind.NULL) {
            return isNullable(a.kind() == Kind.NULL ? b : a);
        }
        return switch (a.kind()) {
            case TYPE -> b.kind() == Kind.TYPE;
            case LIST, MAP, OPAQUE ->
                a.kind() == b.kind() && a.name().equals(b.name()) && allFit(a.parameters(), b.parameters());
            default -> a.equals(b);
        };
    }

    private static boolean isNullable(CelType type) {
        return switch (type.kind()) {
            case NULL, OPAQUE, STRUCT, DURATION, TIMESTAMP -> true;
            default -> false;
        };
    }

    private boolean substitutes(CelType type, CelType parameter) {
        if (type.equals(parameter)) {
            return true;
        }
        CelType bound = known.get(parameter.name());
        if (bound != null) {
            if (type.equals(bound)) {
                return true;
            }
            if (!fits(type, bound)) {
                return false;
            }
            CelType general = mostGeneral(type, bound);
            if (!isWithin(parameter, general)) {
                put(parameter, general);
            }
            return true;
        }
        if (isWithin(parameter, type)) {
            return false;
        }
        put(parameter, type);
        return true;
    }

    private boolean isWithin(CelType parameter, CelType type) {
        if (parameter.equals(type)) {
            return true;
        }
        if (type.kind() == Kind.PARAMETER) {
            CelType bound = known.get(type.name());
            return bound != null && isWithin(parameter, bound);
        }
        return type.parameters().stream().anyMatch(p -> isWithin(parameter, p));
    }

    static CelType mostGeneral(CelType a, CelType b) {
        return isAsGeneral(a, b) ? a : b;
    }

    private static boolean isAsGeneral(CelType a, CelType b) {
        if (a.isDyn() || a.kind() == Kind.PARAMETER) {
            return true;
        }
        if (b.isDyn() || b.kind() == Kind.PARAMETER || a.kind() != b.kind()) {
            return false;
        }
        if (a.kind() == Kind.TYPE) {
            return true;
        }
        if (!a.name().equals(b.name())
                || a.parameters().size() != b.parameters().size()) {
            return false;
        }
        for (int i = 0; i < a.parameters().size(); i++) {
            if (!isAsGeneral(a.parameters().get(i), b.parameters().get(i))) {
                return false;
            }
        }
        return true;
    }

    CelType apply(CelType type) {
        return apply(type, false);
    }

    /** @param close whether what is still unknown becomes dyn */
    CelType apply(CelType type, boolean close) {
        if (type.kind() == Kind.PARAMETER) {
            CelType bound = known.get(type.name());
            return bound != null ? apply(bound, close) : close ? CelType.DYN : type;
        }
        if (!type.hasParameter()) {
            return type;
        }
        List<CelType> parameters =
                type.parameters().stream().map(p -> apply(p, close)).toList();
        return new CelType(type.kind(), type.name(), parameters);
    }
}

package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelObject;
import java.util.List;

/** Semantic versions: {@code semver('1.2.3').isLessThan(...)}, or of a loose form with {@code semver('v1.2', true)}. */
final class Semvers {
    private static final CelType TYPE = CelType.struct("kubernetes.Semver");

    private Semvers() {}

    private record Value(Semver version) implements CelObject {
        @Override
        public CelType type() {
            return TYPE;
        }

        @Override
        public Object equalTo(Object other) {
            return other instanceof Value value
                    ? (Object) (version.compareTo(value.version) == 0)
                    : CelError.NO_OVERLOAD;
        }
    }

    static List<Overload> overloads() {
        return List.of(
                global("semver", "string_to_semver", TYPE, CelType.STRING)
                        .maps(text -> parse(text, false))
                        .costs(CallCosts.TRAVERSAL),
                global("semver", "string_bool_to_semver", TYPE, CelType.STRING, CelType.BOOL)
                        .combines(Semvers::parse)
                        .costs(CallCosts.TRAVERSAL),
                global("isSemver", "is_semver_string", CelType.BOOL, CelType.STRING)
                        .maps(text -> parse(text, false) instanceof Value)
                        .costs(CallCosts.TRAVERSAL),
                global("isSemver", "is_semver_string_bool", CelType.BOOL, CelType.STRING, CelType.BOOL)
                        .combines((text, loose) -> parse(text, loose) instanceof Value)
                        .costs(CallCosts.TRAVERSAL),
                member("isGreaterThan", "semver_is_greater_than", CelType.BOOL, TYPE, TYPE)
                        .combines((a, b) -> compare(a, b) > 0),
                member("isLessThan", "semver_is_less_than", CelType.BOOL, TYPE, TYPE)
                        .combines((a, b) -> compare(a, b) < 0),
                member("compareTo", "semver_compare_to", CelType.INT, TYPE, TYPE)
                        .combines((a, b) -> (long) compare(a, b)),
                member("major", "semver_major", CelType.INT, TYPE)
                        .maps(v -> version(v).major()),
                member("minor", "semver_minor", CelType.INT, TYPE)
                        .maps(v -> version(v).minor()),
                member("patch", "semver_patch", CelType.INT, TYPE)
                        .maps(v -> version(v).patch()));
    }

    private static Object parse(Object text, Object loose) {
        try {
            String given = (String) text;
            return new Value(loose.equals(true) ? Semver.parseLoosely(given) : Semver.parse(given));
        } catch (IllegalArgumentException e) {
            return new CelError(String.valueOf(e.getMessage()));
        }
    }

    private static Semver version(Object value) {
        return ((Value) value).version();
    }

    private static int compare(Object a, Object b) {
        return Integer.signum(version(a).compareTo(version(b)));
    }
}

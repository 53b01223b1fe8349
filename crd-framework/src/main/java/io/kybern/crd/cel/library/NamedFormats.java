package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelObject;
import io.kybern.crd.cel.value.CelOptional;
import io.kybern.crd.cel.value.Values;
import io.kybern.crd.name.Names;
import io.kybern.crd.schema.Formats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Forms that names have: {@code format.dns1123Label().validate(name)} answers what is wrong. */
final class NamedFormats {
    private static final CelType TYPE = CelType.struct("kubernetes.NamedFormat");

    /** The longest expression that any format has, for estimates. */
    private static final double LONGEST_REGEX = 128;

    private static final CallCost VALIDATION = CallCosts.of(
            a -> Estimate.of(a.get(1).size().times(Costs.TRAVERSAL).times(LONGEST_REGEX * Costs.REGEX)),
            (a, result) -> Costs.match(Values.size(a[1]), ((Format) a[0]).regex()));

    private static final Map<String, Format> ALL = formats();

    private NamedFormats() {}

    /**
     * @param regex how long the expression is that its cost goes by
     * @param complaints what is wrong with a text
     */
    private record Format(String name, int regex, Function<String, List<String>> complaints) implements CelObject {
        @Override
        public CelType type() {
            return TYPE;
        }

        @Override
        public Object equalTo(Object other) {
            return other instanceof Format format && format.name.equals(name);
        }
    }

    private static Map<String, Format> formats() {
        Map<String, Format> all = new LinkedHashMap<>();
        all.put("dns1123Label", new Format("DNS1123Label", 30, Names::dnsLabel));
        all.put("dns1123Subdomain", new Format("DNS1123Subdomain", 60, Names::dnsSubdomain));
        all.put("dns1035Label", new Format("DNS1035Label", 30, Names::dns1035Label));
        all.put("qualifiedName", new Format("QualifiedName", 60, Names::qualifiedName));
        all.put("dns1123LabelPrefix", new Format("DNS1123LabelPrefix", 30, s -> Names.dnsLabel(masked(s))));
        all.put("dns1123SubdomainPrefix", new Format("DNS1123SubdomainPrefix", 60, s -> Names.dnsSubdomain(masked(s))));
        all.put("dns1035LabelPrefix", new Format("DNS1035LabelPrefix", 30, s -> Names.dns1035Label(masked(s))));
        all.put("labelValue", new Format("LabelValue", 40, Names::labelValue));
        all.put("uri", new Format("URI", 1103, NamedFormats::uri));
        all.put("uuid", new Format("uuid", 70, s -> only("uuid", s, "does not match the UUID format")));
        all.put("byte", new Format("byte", 84, s -> only("byte", s, "invalid base64")));
        all.put("date", new Format("date", 71, s -> only("date", s, "invalid date")));
        all.put("datetime", new Format("datetime", 71, s -> only("date-time", s, "invalid datetime")));
        return all;
    }

    /** A prefix may end with a dash, as something follows. */
    private static String masked(String prefix) {
        return prefix.endsWith("-") && prefix.length() > 1 ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
    }

    private static List<String> uri(String text) {
        try {
            Url.parse(text);
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> only(String format, String text, String complaint) {
        return Formats.matches(format, text) ? List.of() : List.of(complaint);
    }

    static List<Overload> overloads() {
        CelType complaints = CelType.optional(CelType.list(CelType.STRING));
        List<Overload> all = new ArrayList<>();
        all.add(global("format.named", "format-named", CelType.optional(TYPE), CelType.STRING)
                .maps(name -> ALL.containsKey(name)
                        ? CelOptional.of(Objects.requireNonNull(ALL.get(name)))
                        : CelOptional.NONE));
        all.add(member("validate", "format-validate", complaints, TYPE, CelType.STRING)
                .combines((format, text) -> validate((Format) format, (String) text))
                .costs(VALIDATION));
        ALL.forEach((name, format) ->
                all.add(global("format." + name, "format." + name, TYPE).does(none -> format)));
        return all;
    }

    private static Object validate(Format format, String text) {
        List<String> complaints = format.complaints().apply(text);
        return complaints.isEmpty() ? CelOptional.NONE : CelOptional.of(CelList.of(complaints));
    }
}

package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.member;

import com.google.re2j.Matcher;
import com.google.re2j.PatternSyntaxException;
import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.Values;
import io.kybern.crd.cel.value.Work;
import io.kybern.crd.schema.Patterns;
import io.kybern.crd.schema.Regex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** {@code matches}, {@code find}, {@code findAll}, in time linear in the text whatever the expression. */
public final class Regexes {
    /** Expressions are mostly constants of rules: a few hundred are kept compiled. */
    private static final int KEPT = 512;

    private static final Map<String, Regex> COMPILED = new ConcurrentHashMap<>();

    static final CallCost COST = CallCosts.of(
            a -> {
                SizeRange text = a.get(0).size();
                SizeRange characters = text.plus(SizeRange.ONE).times(Costs.TRAVERSAL);
                return Estimate.of(characters.times(a.get(1).size().times(Costs.REGEX)));
            },
            (a, result) -> Costs.match(Values.size(a[0]), Values.size(a[1])));

    private static final CallCost FIND = CallCosts.of(
            a -> Estimate.of(
                    COST.estimate(a).cost(),
                    new SizeRange(0, a.getFirst().size().max())),
            COST::actual);

    private Regexes() {}

    static List<Overload> overloads() {
        CelType texts = CelType.list(CelType.STRING);
        return List.of(
                member("find", "string_find_string", CelType.STRING, CelType.STRING, CelType.STRING)
                        .combines(Regexes::find)
                        .costs(FIND),
                member("findAll", "string_find_all_string", texts, CelType.STRING, CelType.STRING)
                        .combines((text, regex) -> findAll(text, regex, -1))
                        .costs(FIND),
                member("findAll", "string_find_all_string_int", texts, CelType.STRING, CelType.STRING, CelType.INT)
                        .does(a -> findAll(a[0], a[1], (Long) a[2]))
                        .costs(FIND));
    }

    /** @throws PatternSyntaxException if it is no regular expression */
    public static Regex compile(String regex) {
        Regex known = COMPILED.get(regex);
        if (known == null) {
            Work.spend((long) regex.length() * regex.length() / 10);
            known = checked(regex);
            if (COMPILED.size() < KEPT) {
                COMPILED.put(regex, known);
            }
        }
        return known;
    }

    private static Regex checked(String regex) {
        try {
            return Patterns.compile(regex);
        } catch (PatternSyntaxException e) {
            boolean unopened = String.valueOf(e.getMessage()).contains("stack underflow");
            throw unopened ? new PatternSyntaxException("unexpected )", regex) : e;
        }
    }

    static Object matches(Object text, Object regex) {
        if (!(text instanceof String s && regex instanceof String r)) {
            return CelError.NO_OVERLOAD;
        }
        try {
            return matcher(s, r).find();
        } catch (PatternSyntaxException e) {
            return new CelError(String.valueOf(e.getMessage()));
        }
    }

    private static Matcher matcher(String text, String regex) {
        Regex compiled = compile(regex);
        Work.spend(compiled.steps(text));
        return compiled.matcher(text);
    }

    private static Object find(Object text, Object regex) {
        try {
            Matcher found = matcher((String) text, (String) regex);
            return found.find() ? found.group() : "";
        } catch (PatternSyntaxException e) {
            return illegal(e);
        }
    }

    private static Object findAll(Object text, Object regex, long limit) {
        try {
            List<Object> all = new ArrayList<>();
            Matcher found = matcher((String) text, (String) regex);
            while ((limit < 0 || all.size() < limit) && found.find()) {
                all.add(found.group());
            }
            return CelList.of(all);
        } catch (PatternSyntaxException e) {
            return illegal(e);
        }
    }

    private static CelError illegal(PatternSyntaxException e) {
        return new CelError("Illegal regex: " + e.getMessage());
    }
}

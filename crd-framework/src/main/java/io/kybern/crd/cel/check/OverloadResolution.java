package io.kybern.crd.cel.check;

import io.kybern.crd.cel.library.Overload;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Expr.Call;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.type.CelType.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which forms of a function a call may mean, by the types of its arguments, and what it gives. */
final class OverloadResolution {
    private final Environment environment;
    private final Inference inference;

    OverloadResolution(Environment environment, Inference inference) {
        this.environment = environment;
        this.inference = inference;
    }

    /** Types a call whose target and arguments are typed. */
    Expr resolve(Call call) {
        List<Overload> candidates = environment.functions(call.function());
        if (candidates.isEmpty()) {
            inference.undeclared(call.position(), call.function());
            return inference.typed(call, CelType.ERROR);
        }
        if (call.function().equals("_&&_") || call.function().equals("_||_")) {
            return logical(call, candidates);
        }
        List<CelType> arguments = new ArrayList<>();
        if (call.target() != null) {
            arguments.add(inference.type(call.target()));
        }
        call.arguments().forEach(a -> arguments.add(inference.type(a)));
        List<Overload> matching = new ArrayList<>();
        CelType result = null;
        for (Overload overload : candidates) {
            if (overload.member() != (call.target() != null)) {
                continue;
            }
            Overload instance = instantiate(overload);
            if (inference.substitution().isAssignable(arguments, instance.parameters())) {
                matching.add(overload);
                result = either(result, inference.substitution().apply(instance.result()));
            }
        }
        if (result == null) {
            noOverload(call, arguments);
            return inference.typed(call, CelType.ERROR);
        }
        inference.means(call, List.copyOf(matching));
        return inference.typed(call, result);
    }

    private static CelType either(@Nullable CelType before, CelType one) {
        if (before == null) {
            return one;
        }
        return before.isDyn() || before.equals(one) ? before : CelType.DYN;
    }

    private Expr logical(Call call, List<Overload> candidates) {
        boolean failed = false;
        for (Expr argument : call.arguments()) {
            CelType type = inference.type(argument);
            if (!inference.substitution().isAssignable(type, CelType.BOOL)) {
                inference.mismatch(argument.position(), CelType.BOOL, type);
                failed = true;
            }
        }
        inference.means(call, candidates);
        return inference.typed(call, failed ? CelType.ERROR : CelType.BOOL);
    }

    /** With type parameters that nobody else has. */
    private Overload instantiate(Overload overload) {
        if (!overload.result().hasParameter() && overload.parameters().stream().noneMatch(CelType::hasParameter)) {
            return overload;
        }
        Map<String, CelType> fresh = new HashMap<>();
        List<CelType> parameters =
                overload.parameters().stream().map(p -> rename(p, fresh)).toList();
        return Overload.global(
                overload.function(),
                overload.id(),
                rename(overload.result(), fresh),
                parameters.toArray(CelType[]::new));
    }

    private CelType rename(CelType type, Map<String, CelType> fresh) {
        if (type.kind() == Kind.PARAMETER) {
            return fresh.computeIfAbsent(type.name(), n -> inference.freshVariable());
        }
        if (!type.hasParameter()) {
            return type;
        }
        List<CelType> parameters =
                type.parameters().stream().map(p -> rename(p, fresh)).toList();
        return new CelType(type.kind(), type.name(), parameters);
    }

    private void noOverload(Call call, List<CelType> arguments) {
        List<String> names = arguments.stream()
                .map(a -> inference.substitution().apply(a, true).format())
                .collect(Collectors.toCollection(ArrayList::new));
        String target = call.target() == null ? "" : names.removeFirst() + ".";
        inference.fail(
                call.position(),
                "found no matching overload for '" + call.function() + "' applied to '" + target + "("
                        + String.join(", ", names) + ")'");
    }
}

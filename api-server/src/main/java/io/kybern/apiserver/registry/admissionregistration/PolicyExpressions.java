package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.library.Authorization;
import io.kybern.crd.cel.patch.PatchTypes;
import io.kybern.crd.cel.program.Program;
import io.kybern.crd.cel.rule.SchemaType;
import io.kybern.crd.cel.syntax.SyntaxException;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The expressions of admission: of policies and of match conditions. They know the objects without types, the request and
 * the namespace with them, whom to ask what the user may do, and the variables that a policy declares before them.
 *
 * <p>Source: {@code apiserver/pkg/admission/plugin/cel/compile.go}.
 */
public final class PolicyExpressions {
    public static final List<CelType> BOOL = List.of(CelType.BOOL);
    public static final List<CelType> TEXT = List.of(CelType.STRING);
    public static final List<CelType> TEXT_OR_NULL = List.of(CelType.STRING, CelType.NULL);
    public static final List<CelType> ANY = List.of();

    public static final List<CelType> APPLIED = List.of(PatchTypes.OBJECT);
    public static final List<CelType> OPERATIONS = List.of(PatchTypes.OPERATIONS);

    private static final String VARIABLES = "kubernetes.variables";
    private static final String KINDS =
            "{\"type\":\"object\",\"properties\":{\"group\":{\"type\":\"string\"},\"version\":{\"type\":\"string\"},\"%s\":{\"type\":\"string\"}}}";
    private static final String TEXTS =
            "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}";
    private static final String TEXT_MAP = "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}";

    /** What {@code request} is; its options are of no type. */
    public static final Schema REQUEST = schema("{\"type\":\"object\",\"properties\":{\"kind\":"
            + KINDS.formatted("kind")
            + ",\"resource\":" + KINDS.formatted("resource") + ",\"subResource\":{\"type\":\"string\"},\"requestKind\":"
            + KINDS.formatted("kind") + ",\"requestResource\":" + KINDS.formatted("resource")
            + ",\"requestSubResource\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"namespace\":{\"type\":\"string\"},"
            + "\"operation\":{\"type\":\"string\"},\"userInfo\":{\"type\":\"object\",\"properties\":{\"username\":{\"type\":\"string\"},"
            + "\"uid\":{\"type\":\"string\"},\"groups\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"extra\":"
            + TEXTS
            + "}},\"dryRun\":{\"type\":\"boolean\"},\"options\":{\"x-kubernetes-preserve-unknown-fields\":true}}}");

    /** What {@code namespaceObject} shows of a namespace. */
    public static final Schema NAMESPACE = schema(
            "{\"type\":\"object\",\"nullable\":true,\"properties\":{\"metadata\":{\"type\":\"object\",\"properties\":{"
                    + "\"name\":{\"type\":\"string\"},\"generateName\":{\"type\":\"string\"},\"namespace\":{\"type\":\"string\"},\"labels\":"
                    + TEXT_MAP + ",\"annotations\":" + TEXT_MAP
                    + ",\"UID\":{\"type\":\"string\"},\"creationTimestamp\":{\"type\":\"string\",\"format\":\"date-time\"},"
                    + "\"deletionGracePeriodSeconds\":{\"type\":\"integer\"},\"deletionTimestamp\":{\"type\":\"string\",\"format\":\"date-time\"},"
                    + "\"generation\":{\"type\":\"integer\"},\"resourceVersion\":{\"type\":\"string\"},\"finalizers\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}},"
                    + "\"spec\":{\"type\":\"object\",\"properties\":{\"finalizers\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}},"
                    + "\"status\":{\"type\":\"object\",\"properties\":{\"phase\":{\"type\":\"string\"}}}}}");

    private final CelType object;
    private final Optional<CelType> params;
    private final List<StructTypes> known;
    private final Map<String, CelType> declared = new LinkedHashMap<>();

    /** @param params whether expressions know {@code params} */
    public PolicyExpressions(boolean params) {
        this(CelType.DYN, params ? Optional.of(CelType.DYN) : Optional.empty(), List.of());
    }

    private PolicyExpressions(CelType object, Optional<CelType> params, List<StructTypes> known) {
        this.object = object;
        this.params = params;
        this.known = known;
    }

    /** Expressions that know the types of the objects; to look for mistakes, not to be evaluated. */
    public static PolicyExpressions typed(SchemaType object, Optional<SchemaType> params) {
        List<StructTypes> known = new ArrayList<>();
        known.add(object.structs());
        params.ifPresent(p -> known.add(p.structs()));
        return new PolicyExpressions(object.type(), params.map(SchemaType::type), known);
    }

    /** An expression ready to be evaluated, or what is wrong with it. */
    public record Compiled(Optional<Program> program, String error) {}

    /** Made when the first expression is compiled. */
    private static final class Types {
        static final SchemaType REQUEST_TYPE =
                SchemaType.of(REQUEST, false, "kubernetes.AdmissionRequest").orElseThrow();
        static final SchemaType NAMESPACE_TYPE =
                SchemaType.of(NAMESPACE, false, "kubernetes.Namespace").orElseThrow();
    }

    private static Schema schema(String json) {
        return Schemas.parseSingle((ObjectNode) JsonTree.parseStored(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Makes a variable known to the expressions that come after it, also one that does not compile. */
    public void declare(String name, Compiled variable) {
        declared.put(name, variable.program().map(Program::resultType).orElse(CelType.DYN));
    }

    /** @param wanted the types that it may have; none: any */
    public Compiled compile(String text, List<CelType> wanted) {
        return compile(text, wanted, environment(false), true);
    }

    /** @param applies whether it is to make an object that is applied; else the operations of a JSON patch */
    public Compiled compileMutation(String text, boolean applies) {
        return compile(text, applies ? APPLIED : OPERATIONS, environment(true), false);
    }

    private static Compiled compile(String text, List<CelType> wanted, Environment environment, boolean orDyn) {
        try {
            CheckedExpr checked = Program.check(text, environment);
            if (!wanted.isEmpty()
                    && !wanted.contains(checked.resultType())
                    && !(orDyn && checked.resultType().isDyn())) {
                return new Compiled(Optional.empty(), mustBe(wanted, checked.resultType()));
            }
            return new Compiled(Optional.of(Program.of(checked, environment)), "");
        } catch (SyntaxException e) {
            return new Compiled(Optional.empty(), "compilation failed: " + e.getMessage());
        } catch (Program.InstantiationException e) {
            return new Compiled(Optional.empty(), "program instantiation failed: " + e.getMessage());
        }
    }

    private static String mustBe(List<CelType> wanted, CelType actual) {
        String types = wanted.size() == 1
                ? wanted.getFirst().format()
                : "one of ["
                        + String.join(" ", wanted.stream().map(CelType::name).toList()) + "]";
        return "must evaluate to " + types + " but got " + actual.format();
    }

    /** What is wrong with an expression, without words about it; empty if nothing is. */
    public String mistakes(String text) {
        try {
            Program.check(text, environment(false));
            return "";
        } catch (SyntaxException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Complains about an expression that does not compile; one that is not there is for others. */
    public Compiled check(JsonNode expression, List<CelType> wanted, FieldPath path, FieldErrors errors) {
        String text = expression.asText("");
        if (text.isBlank()) {
            return new Compiled(Optional.empty(), "");
        }
        return complaining(compile(text, wanted), text, path, errors);
    }

    /** The same for the expression of a mutation. */
    void checkMutation(JsonNode expression, boolean applies, FieldPath path, FieldErrors errors) {
        String text = expression.asText("");
        complaining(compileMutation(text, applies), text, path, errors);
    }

    private static Compiled complaining(Compiled compiled, String text, FieldPath path, FieldErrors errors) {
        if (!compiled.error().isEmpty()) {
            errors.invalid(path, text, compiled.error());
        }
        return compiled;
    }

    /** @param patches whether for mutations, which know more types */
    private Environment environment(boolean patches) {
        Map<String, CelType> variables = new HashMap<>();
        variables.put("object", object);
        variables.put("oldObject", object);
        variables.put("request", Types.REQUEST_TYPE.type());
        variables.put("namespaceObject", Types.NAMESPACE_TYPE.type());
        variables.put("authorizer", Authorization.AUTHORIZER);
        variables.put("authorizer.requestResource", Authorization.RESOURCE_CHECK);
        params.ifPresent(type -> variables.put("params", type));
        if (!declared.isEmpty()) {
            variables.put("variables", CelType.struct(VARIABLES));
        }
        return new Environment(
                variables,
                new Structs(Map.copyOf(declared), patches, known),
                patches ? Set.of(Environment.Extra.PATCHES) : Set.of());
    }

    private record Structs(Map<String, CelType> declared, boolean patches, List<StructTypes> known)
            implements StructTypes {
        private static final PatchTypes PATCHES = new PatchTypes();

        @Override
        public boolean has(String type) {
            return (patches && PATCHES.has(type))
                    || type.equals(VARIABLES)
                    || known.stream().anyMatch(types -> types.has(type))
                    || Types.REQUEST_TYPE.structs().has(type)
                    || Types.NAMESPACE_TYPE.structs().has(type);
        }

        @Override
        public Optional<CelType> field(String type, String field) {
            if (patches && PATCHES.has(type)) {
                return PATCHES.field(type, field);
            }
            if (type.equals(VARIABLES)) {
                return Optional.ofNullable(declared.get(field));
            }
            for (StructTypes types : known) {
                if (types.has(type)) {
                    return types.field(type, field);
                }
            }
            if (type.equals(Types.REQUEST_TYPE.type().name()) && field.equals("options")) {
                return Optional.of(CelType.DYN);
            }
            return Types.REQUEST_TYPE.structs().has(type)
                    ? Types.REQUEST_TYPE.structs().field(type, field)
                    : Types.NAMESPACE_TYPE.structs().field(type, field);
        }
    }
}

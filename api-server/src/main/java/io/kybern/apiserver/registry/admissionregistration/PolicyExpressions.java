package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.library.Authorization;
import io.kybern.crd.cel.program.Program;
import io.kybern.crd.cel.rule.SchemaType;
import io.kybern.crd.cel.syntax.SyntaxException;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    private final boolean params;
    private final Map<String, CelType> declared = new LinkedHashMap<>();

    /** @param params whether expressions know {@code params} */
    public PolicyExpressions(boolean params) {
        this.params = params;
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

    /** Makes a variable known to the expressions that come after it. */
    public void declare(String name, CelType type) {
        declared.put(name, type);
    }

    /** @param wanted the types that it may have; none: any */
    public Compiled compile(String text, List<CelType> wanted) {
        Environment environment = environment();
        try {
            CheckedExpr checked = Program.check(text, environment);
            if (!wanted.isEmpty()
                    && !wanted.contains(checked.resultType())
                    && !checked.resultType().isDyn()) {
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
                ? wanted.getFirst().name()
                : "one of ["
                        + String.join(" ", wanted.stream().map(CelType::name).toList()) + "]";
        return "must evaluate to " + types + " but got " + actual.format();
    }

    /** Complains about an expression that does not compile; one that is not there is for others. */
    public Compiled check(JsonNode expression, List<CelType> wanted, FieldPath path, FieldErrors errors) {
        String text = expression.asText("");
        if (text.isBlank()) {
            return new Compiled(Optional.empty(), "");
        }
        Compiled compiled = compile(text, wanted);
        if (!compiled.error().isEmpty()) {
            errors.invalid(path, text, compiled.error());
        }
        return compiled;
    }

    private Environment environment() {
        Map<String, CelType> variables = new HashMap<>();
        variables.put("object", CelType.DYN);
        variables.put("oldObject", CelType.DYN);
        variables.put("request", Types.REQUEST_TYPE.type());
        variables.put("namespaceObject", Types.NAMESPACE_TYPE.type());
        variables.put("authorizer", Authorization.AUTHORIZER);
        variables.put("authorizer.requestResource", Authorization.RESOURCE_CHECK);
        if (params) {
            variables.put("params", CelType.DYN);
        }
        if (!declared.isEmpty()) {
            variables.put("variables", CelType.struct(VARIABLES));
        }
        return new Environment(variables, new Structs(Map.copyOf(declared)));
    }

    private record Structs(Map<String, CelType> declared) implements StructTypes {
        @Override
        public boolean has(String type) {
            return type.equals(VARIABLES)
                    || Types.REQUEST_TYPE.structs().has(type)
                    || Types.NAMESPACE_TYPE.structs().has(type);
        }

        @Override
        public Optional<CelType> field(String type, String field) {
            if (type.equals(VARIABLES)) {
                return Optional.ofNullable(declared.get(field));
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

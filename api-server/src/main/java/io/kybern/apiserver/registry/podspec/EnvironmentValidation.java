package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.value.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Environment variables and the references to fields that they and volumes make. */
final class EnvironmentValidation {
    /** Fields that a variable may refer to, sorted as the original lists them. */
    private static final List<String> ENV_FIELDS = List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");
    /** Fields that a file of a downward API volume may refer to. */
    static final List<String> VOLUME_FIELDS =
            List.of("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid");

    private static final Set<String> FIELDS = Set.of(
            "metadata.annotations",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.serviceAccountName",
            "spec.schedulerName",
            "status.phase",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");
    private static final List<String> RESOURCES = List.of(
            "limits.cpu",
            "limits.ephemeral-storage",
            "limits.memory",
            "requests.cpu",
            "requests.ephemeral-storage",
            "requests.memory");
    private static final List<String> SIZES =
            List.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");

    private EnvironmentValidation() {}

    static void variables(JsonNode list, FieldPath path, FieldErrors errors) {
        List<ObjectNode> variables = objects(list);
        for (int i = 0; i < variables.size(); i++) {
            FieldPath at = path.index(i);
            String name = text(variables.get(i), "name");
            if (name.isEmpty()) {
                errors.required(at.child("name"), "");
            } else {
                errors.invalidEach(at.child("name"), name, Names.environmentName(name));
            }
            if (variables.get(i).get("valueFrom") instanceof ObjectNode source) {
                source(source, text(variables.get(i), "value"), at.child("valueFrom"), errors);
            }
        }
    }

    private static void source(ObjectNode source, String value, FieldPath path, FieldErrors errors) {
        int sources = 0;
        if (source.get("fieldRef") instanceof ObjectNode ref) {
            sources++;
            fieldRef(ref, ENV_FIELDS, path.child("fieldRef"), errors);
        }
        if (source.get("resourceFieldRef") instanceof ObjectNode ref) {
            sources++;
            resourceRef(ref, false, path.child("resourceFieldRef"), errors);
        }
        for (String ref : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.get(ref) instanceof ObjectNode key) {
                sources++;
                keyRef(key, path.child(ref), errors);
            }
        }
        if (source.get("fileKeyRef") instanceof ObjectNode ref) {
            sources++;
            fileRef(ref, path.child("fileKeyRef"), errors);
        }
        if (sources == 0) {
            errors.invalid(
                    path,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or"
                            + " `fileKeyRef`");
        } else if (!value.isEmpty()) {
            errors.invalid(path, "", "may not be specified when `value` is not empty");
        } else if (sources > 1) {
            errors.invalid(path, "", "may not have more than one field specified at a time");
        }
    }

    static void fieldRef(ObjectNode ref, List<String> allowed, FieldPath path, FieldErrors errors) {
        String version = text(ref, "apiVersion");
        String field = text(ref, "fieldPath");
        if (version.isEmpty()) {
            errors.required(path.child("apiVersion"), "");
            return;
        }
        if (field.isEmpty()) {
            errors.required(path.child("fieldPath"), "");
            return;
        }
        int bracket = field.indexOf("['");
        boolean subscripted = bracket > 0 && field.endsWith("']");
        String name = subscripted ? field.substring(0, bracket) : field;
        boolean map = name.equals("metadata.annotations") || name.equals("metadata.labels");
        String problem = !version.equals("v1")
                ? "unsupported pod version: " + version
                : subscripted && !map
                        ? "field label does not support subscript: " + field
                        : !subscripted && !FIELDS.contains(field) && !field.equals("spec.host")
                                ? "field label not supported: " + field
                                : "";
        if (!problem.isEmpty()) {
            errors.invalid(path.child("fieldPath"), field, "error converting fieldPath: " + problem);
        } else if (subscripted) {
            String key = field.substring(bracket + 2, field.length() - 2);
            FieldChecks.qualifiedName(
                    name.equals("metadata.annotations") ? key.toLowerCase(Locale.ROOT) : key, path, errors);
        } else {
            String converted = field.equals("spec.host") ? "spec.nodeName" : field;
            FieldChecks.oneOf(converted, allowed, path.child("fieldPath"), errors);
        }
    }

    static void resourceRef(ObjectNode ref, boolean volume, FieldPath path, FieldErrors errors) {
        String resource = text(ref, "resource");
        boolean huge = resource.startsWith("requests.hugepages-") || resource.startsWith("limits.hugepages-");
        if (volume && text(ref, "containerName").isEmpty()) {
            errors.required(path.child("containerName"), "");
        } else if (resource.isEmpty()) {
            errors.required(path.child("resource"), "");
        } else if (!huge) {
            FieldChecks.oneOf(resource, RESOURCES, path.child("resource"), errors);
        }
        divisor(resource, text(ref, "divisor"), huge, path.child("divisor"), errors);
    }

    private static void divisor(String resource, String divisor, boolean huge, FieldPath path, FieldErrors errors) {
        if (divisor.isEmpty() || Quantity.parse(divisor).isZero()) {
            return;
        }
        String sizes = "only divisor's values " + String.join(", ", SIZES) + " are supported with the ";
        if (resource.endsWith(".cpu") && RESOURCES.contains(resource)) {
            if (!divisor.equals("1m") && !divisor.equals("1")) {
                errors.invalid(path, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
            }
        } else if ((RESOURCES.contains(resource) || huge) && !SIZES.contains(divisor)) {
            String what = huge ? "hugepages" : resource.endsWith(".memory") ? "memory" : "local ephemeral storage";
            errors.invalid(path, resource, sizes + what + " resource");
        }
    }

    private static void keyRef(ObjectNode ref, FieldPath path, FieldErrors errors) {
        FieldChecks.dnsSubdomain(text(ref, "name"), path.child("name"), errors);
        String key = text(ref, "key");
        if (key.isEmpty()) {
            errors.required(path.child("key"), "");
        } else {
            errors.invalidEach(path.child("key"), key, Names.configKey(key));
        }
    }

    private static void fileRef(ObjectNode ref, FieldPath path, FieldErrors errors) {
        String key = text(ref, "key");
        if (key.isEmpty()) {
            errors.required(path.child("key"), "");
        } else {
            errors.invalidEach(path.child("key"), key, Names.environmentName(key));
        }
        String volume = text(ref, "volumeName");
        if (volume.isEmpty()) {
            errors.required(path.child("volumeName"), "");
        } else {
            FieldChecks.dnsLabel(volume, path.child("volumeName"), errors);
        }
        String file = text(ref, "path");
        if (file.isEmpty()) {
            errors.required(path.child("path"), "");
        } else {
            FieldChecks.noBacksteps(file, path.child("path"), errors);
        }
    }

    static void sources(JsonNode list, FieldPath path, FieldErrors errors) {
        List<ObjectNode> sources = objects(list);
        for (int i = 0; i < sources.size(); i++) {
            FieldPath at = path.index(i);
            String prefix = text(sources.get(i), "prefix");
            if (!prefix.isEmpty()) {
                errors.invalidEach(at.child("prefix"), prefix, Names.environmentName(prefix));
            }
            int count = 0;
            for (String kind : List.of("configMapRef", "secretRef")) {
                if (sources.get(i).get(kind) instanceof ObjectNode ref) {
                    count++;
                    String name = text(ref, "name");
                    if (name.isEmpty()) {
                        errors.required(at.child(kind).child("name"), "");
                    } else {
                        FieldChecks.dnsSubdomain(name, at.child(kind).child("name"), errors);
                    }
                }
            }
            if (count == 0) {
                errors.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
            } else if (count > 1) {
                errors.invalid(path, "", "may not have more than one field specified at a time");
            }
        }
    }
}

package io.kybern.apiserver.hostile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.hostile.Samples.Sample;
import io.kybern.apiserver.wire.RandomObjects;
import io.kybern.apiserver.wire.protobuf.ProtobufEncoder;
import io.kybern.fuzz.Documents;
import io.kybern.fuzz.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What hostile requests are made of, each part at random. */
final class RequestParts {
    /** Of members that matter somewhere. */
    static final List<String> NAMES = List.of(
            "metadata",
            "name",
            "namespace",
            "labels",
            "annotations",
            "finalizers",
            "ownerReferences",
            "managedFields",
            "spec",
            "status",
            "kind",
            "apiVersion",
            "resourceVersion",
            "uid",
            "generateName",
            "creationTimestamp",
            "$patch",
            "items",
            "template",
            "selector",
            "replicas",
            "containers",
            "ports",
            "conditions",
            "data",
            "type",
            "fuzz",
            "a",
            "deletionTimestamp");

    private RequestParts() {}

    static String accept(Source source) {
        return source.of(
                "application/json",
                "*/*",
                "application/yaml",
                "application/vnd.kubernetes.protobuf",
                "application/json;as=Table;v=v1;g=meta.k8s.io",
                "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json",
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
                "text/html",
                "application/json;q=x;;=",
                ",",
                "application/json;as=Table;v=v9;g=meta.k8s.io",
                "application/cbor",
                "é",
                "application/json;stream=watch");
    }

    static byte[] target(Source source) {
        List<String> parts = List.of(
                "api",
                "apis",
                "v1",
                "apps",
                "namespaces",
                "fuzz",
                "configmaps",
                "pods",
                "c1",
                "status",
                "watch",
                "proxy",
                "",
                "..",
                "%2F",
                "%zz",
                "%ff",
                "finalize",
                "scale",
                "log",
                "exec",
                "openapi",
                "v3",
                "v2",
                "healthz",
                "metrics",
                "version",
                "fuzz.example.com",
                "things",
                "token",
                "eviction",
                "binding",
                "ephemeralcontainers",
                "nodes",
                "services",
                "http:x:1",
                "livez",
                "logs",
                "debug",
                "pprof");
        String path = "/" + String.join("/", source.list(0, 8, s -> s.onceIn(12) ? s.text() : s.of(parts)));
        // What ends a request line would make another message of the rest.
        return (path + source.of("", query(source))).replaceAll("[\\r\\n ]", "").getBytes(StandardCharsets.UTF_8);
    }

    static String query(Source source) {
        List<String> names = List.of(
                "limit",
                "continue",
                "labelSelector",
                "fieldSelector",
                "resourceVersion",
                "resourceVersionMatch",
                "timeoutSeconds",
                "dryRun",
                "pretty",
                "includeObject",
                "fieldManager",
                "fieldValidation",
                "force",
                "sendInitialEvents",
                "allowWatchBookmarks",
                "gracePeriodSeconds",
                "propagationPolicy",
                "orphanDependents",
                "tailLines",
                "command");
        List<String> values = List.of(
                "",
                "1",
                "0",
                "-1",
                "99999999999999999999",
                "a",
                "a%3Db",
                "a%20in%20(b,c)",
                "!a",
                "metadata.name%3Dc1",
                "All",
                "Exact",
                "NotOlderThan",
                "true",
                "false",
                "Strict",
                "%ff%fe",
                "%00",
                "a,b,,",
                "((((",
                "Background",
                "None",
                "%5C",
                "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0");
        List<String> pairs = source.list(0, 4, s -> s.of(names) + "=" + s.of(values));
        pairs.addFirst("timeoutSeconds=1");
        return (source.onceIn(15) ? "?watch=true&" : "?") + String.join("&", pairs);
    }

    static String collection(String path) {
        return path.replaceFirst("/[^/]*$", "");
    }

    static String item(Sample sample) {
        String name = sample.body().path("metadata").path("name").asText("x");
        String path = sample.method().equals("POST") ? sample.path() + "/" + name : sample.path();
        return path.replaceAll("[^A-Za-z0-9.:/-]", "");
    }

    static List<String> names(Source source, ObjectNode body) {
        List<String> own = Documents.names(body);
        return own.isEmpty() || source.onceIn(3) ? NAMES : own;
    }

    static ArrayNode operations(Source source, ObjectNode object) {
        ArrayNode out = Samples.JSON.createArrayNode();
        int count = source.below(4);
        for (int i = 0; i < count; i++) {
            String path = "/"
                    + String.join(
                            "/",
                            source.list(0, 3, s -> s.onceIn(4) ? s.of("0", "-", "", "~1") : s.of(names(s, object))));
            out.addObject()
                    .put("op", source.of("add", "remove", "replace", "test", "copy", "move"))
                    .put("path", path)
                    .put("from", source.of(path, "/metadata", "", "/spec"))
                    .set("value", Documents.value(source, NAMES, 3));
        }
        return out;
    }

    static byte[] bytes(Source source, String type, Sample sample) {
        if (type.contains("protobuf")) {
            return source.mutated(
                    ProtobufEncoder.encode(RandomObjects.canonical(source, source.of(RandomObjects.builtinKinds()))));
        }
        String text = sample.body().toString();
        String open = text.substring(0, text.length() - 1);
        int depth = source.of(100, 290, 400, 9_000, 20_000);
        String deep = source.of("[", "{\"a\":").repeat(depth);
        return switch (source.below(10)) {
            case 0 -> source.mutated(text.getBytes(StandardCharsets.UTF_8));
            case 1 -> (open + ",\"spec\":" + deep).getBytes(StandardCharsets.UTF_8);
            case 2 ->
                (open + ",\"metadata\":{\"name\":\"d\"},\"spec\":{\"data\":" + deep + "1"
                                + (deep.startsWith("[") ? "]" : "}").repeat(depth) + "}}")
                        .getBytes(StandardCharsets.UTF_8);
            case 8 ->
                (open + ",\"" + source.of(NAMES) + "\":" + "[".repeat(depth) + "]".repeat(depth) + "}")
                        .getBytes(StandardCharsets.UTF_8);
            case 3 ->
                (open + ",\"" + source.of(NAMES) + "\":"
                                + source.of(
                                        "1e400",
                                        "1e999999999",
                                        "-1e-999999999",
                                        "9".repeat(2000),
                                        "9".repeat(100_000),
                                        "0." + "1".repeat(5000),
                                        "1E+2147483648")
                                + "}")
                        .getBytes(StandardCharsets.UTF_8);
            case 4 -> (open + "," + text.substring(1)).getBytes(StandardCharsets.UTF_8);
            case 5 ->
                (open + ",\"metadata\":{\"name\":\"" + source.text() + "\"}}").getBytes(StandardCharsets.ISO_8859_1);
            case 6 -> bomb(source).getBytes(StandardCharsets.UTF_8);
            case 7 -> source.bytes(60);
            default ->
                ("x: &a [*a]\n"
                                + source.of(
                                        "<<: *a",
                                        "? {}",
                                        "!!binary x",
                                        "!!int y",
                                        "- b",
                                        "&a &b c",
                                        "%YAML 9",
                                        "'",
                                        "|\n  x\n y",
                                        "{a: [",
                                        "<<: [1]",
                                        "\t")
                                + "\n" + text)
                        .getBytes(StandardCharsets.UTF_8);
        };
    }

    private static String bomb(Source source) {
        StringBuilder out = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        int levels = source.of(3, 6, 9, 30);
        for (int i = 1; i < levels; i++) {
            out.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(10) + "]\n");
        }
        return out + "metadata: {name: bomb}\nspec: *a" + (levels - 1) + "\n";
    }
}

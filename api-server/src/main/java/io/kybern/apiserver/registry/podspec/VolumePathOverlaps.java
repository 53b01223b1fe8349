package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import java.util.ArrayList;
import java.util.List;

/** Files of one volume where one hides another. */
final class VolumePathOverlaps {
    private VolumePathOverlaps() {}

    private record Target(String path, String source) {
        @Override
        public String toString() {
            return FieldErrors.quote(path) + (source.isEmpty() ? "" : " (" + source + ")");
        }

        boolean overlaps(Target other) {
            return !path.isEmpty()
                    && !other.path.isEmpty()
                    && ((other.path + "/").startsWith(path + "/") || (path + "/").startsWith(other.path + "/"));
        }
    }

    static void find(JsonNode volumes, List<String> warnings) {
        for (ObjectNode volume : objects(volumes)) {
            String name = text(volume, "name");
            single(volume.path("configMap"), name, "ConfigMap ", "name", warnings);
            single(volume.path("secret"), name, "Secret ", "secretName", warnings);
            report(items(volume.path("downwardAPI"), ""), new ArrayList<>(), name, "DownwardAPI", warnings);
            List<Target> taken = new ArrayList<>();
            for (ObjectNode source : objects(volume.path("projected").path("sources"))) {
                if (source.isEmpty()) {
                    warnings.add("volume " + FieldErrors.quote(name) + " (Projected) has no sources provided");
                } else {
                    report(projected(source), taken, name, "Projected", warnings);
                }
            }
        }
    }

    private static void single(JsonNode source, String volume, String kind, String nameField, List<String> warnings) {
        String description = kind + FieldErrors.quote(text(source, nameField));
        report(items(source, ""), new ArrayList<>(), volume, description, warnings);
    }

    private static List<Target> items(JsonNode source, String description) {
        return objects(source.path("items")).stream()
                .map(item -> target(text(item, "path"), description))
                .toList();
    }

    private static Target target(String path, String description) {
        return new Target(path.replaceAll("/+$", ""), description);
    }

    private static List<Target> projected(ObjectNode source) {
        if (source.path("configMap").has("items")) {
            return items(source.path("configMap"), "ConfigMap " + FieldErrors.quote(text(source, "configMap", "name")));
        }
        if (source.path("secret").has("items")) {
            return items(source.path("secret"), "Secret " + FieldErrors.quote(text(source, "secret", "name")));
        }
        if (source.path("downwardAPI").has("items")) {
            return items(source.path("downwardAPI"), "DownwardAPI");
        }
        if (source.has("serviceAccountToken")) {
            return List.of(target(text(source, "serviceAccountToken", "path"), "ServiceAccountToken"));
        }
        JsonNode bundle = source.path("clusterTrustBundle");
        if (!bundle.isMissingNode()) {
            String name = bundle.has("name") ? text(bundle, "name") : text(bundle, "signerName");
            return List.of(target(text(bundle, "path"), "ClusterTrustBundle " + FieldErrors.quote(name)));
        }
        List<Target> targets = new ArrayList<>();
        JsonNode certificate = source.path("podCertificate");
        for (String[] part : new String[][] {
            {"certificateChainPath", "chain"}, {"keyPath", "key"}, {"credentialBundlePath", "credential bundle"}
        }) {
            if (!text(certificate, part[0]).isEmpty()) {
                targets.add(target(text(certificate, part[0]), "PodCertificate " + part[1]));
            }
        }
        return targets;
    }

    private static void report(
            List<Target> targets, List<Target> taken, String volume, String description, List<String> warnings) {
        for (Target target : targets) {
            for (Target other : taken) {
                if (target.overlaps(other)) {
                    warnings.add("volume " + FieldErrors.quote(volume) + " (" + description + "): overlapping paths: "
                            + target + " with " + other);
                }
            }
            taken.add(target);
        }
    }
}

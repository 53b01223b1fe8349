package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The kinds that belong to every group version: options of a deletion, and events of a watch. A document of one group version
 * tells them for it; those of many for all that the original was built with, served or not. Source: the original's documents.
 */
final class OptionKinds {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final Set<String> COMPONENTS = Set.of(META + "DeleteOptions", META + "WatchEvent");
    private static final String GROUP_VERSIONS = """
            admission.k8s.io v1 v1beta1
            admissionregistration.k8s.io v1 v1alpha1 v1beta1
            apiextensions.k8s.io v1 v1beta1
            apiregistration.k8s.io v1 v1beta1
            apps v1 v1beta1 v1beta2
            authentication.k8s.io v1 v1alpha1 v1beta1
            authorization.k8s.io v1 v1beta1
            autoscaling v1 v2
            batch v1 v1beta1
            certificates.k8s.io v1 v1alpha1 v1beta1
            coordination.k8s.io v1 v1alpha2 v1beta1
            discovery.k8s.io v1 v1beta1
            events.k8s.io v1 v1beta1
            extensions v1beta1
            flowcontrol.apiserver.k8s.io v1 v1beta1 v1beta2 v1beta3
            imagepolicy.k8s.io v1alpha1
            internal.apiserver.k8s.io v1alpha1
            networking.k8s.io v1 v1beta1
            node.k8s.io v1 v1alpha1 v1beta1
            policy v1 v1beta1
            rbac.authorization.k8s.io v1 v1alpha1 v1beta1
            resource.k8s.io v1 v1alpha3 v1beta1 v1beta2
            scheduling.k8s.io v1 v1alpha2 v1beta1
            storage.k8s.io v1 v1alpha1 v1beta1
            storagemigration.k8s.io v1beta1
            """;
    /** Groups that the original's server of custom resources does not know. */
    private static final Set<String> UNKNOWN_TO_CUSTOM =
            Set.of("admission.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "imagepolicy.k8s.io");

    private record GroupVersion(String group, String version) {}

    private final List<GroupVersion> besidesCore;

    private OptionKinds(List<GroupVersion> besidesCore) {
        this.besidesCore = besidesCore;
    }

    /** Of a built-in group version's document: {@code apis/apps/v1}. */
    static OptionKinds ofDocument(String document) {
        String[] parts = document.split("/");
        return new OptionKinds(parts.length < 3 ? List.of() : List.of(new GroupVersion(parts[1], parts[2])));
    }

    static OptionKinds ofCustomDocument() {
        return new OptionKinds(all().stream()
                .filter(one -> !UNKNOWN_TO_CUSTOM.contains(one.group()))
                .toList());
    }

    static OptionKinds ofAll() {
        return new OptionKinds(all());
    }

    private static List<GroupVersion> all() {
        List<GroupVersion> out = new ArrayList<>();
        GROUP_VERSIONS.lines().forEach(line -> {
            String[] words = line.split(" ");
            for (int i = 1; i < words.length; i++) {
                out.add(new GroupVersion(words[0], words[i]));
            }
        });
        return out;
    }

    /** Tells the kinds in a component's schema if it is one of theirs. */
    void tell(String component, ObjectNode schema) {
        if (COMPONENTS.contains(component)) {
            String kind = component.substring(META.length());
            ArrayNode kinds = JsonNodeFactory.instance.arrayNode();
            add(kinds, new GroupVersion("", "v1"), kind);
            besidesCore.forEach(one -> add(kinds, one, kind));
            schema.set("x-kubernetes-group-version-kind", kinds);
        }
    }

    private static void add(ArrayNode kinds, GroupVersion one, String kind) {
        kinds.addObject().put("group", one.group()).put("kind", kind).put("version", one.version());
    }
}

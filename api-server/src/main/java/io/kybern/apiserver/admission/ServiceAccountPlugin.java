package io.kybern.apiserver.admission;

import static io.kybern.crd.resource.Trees.array;
import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.podspec.PodAnnotations;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import java.util.List;
import java.util.random.RandomGenerator;

/** A pod runs as a service account of its namespace, whose token it finds in its file system. Source: KEP-1205. */
public final class ServiceAccountPlugin implements AdmissionPlugin {
    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final String TOKEN_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount";
    /** An hour and a little, so that kubelets of pods with the default can be told from others. */
    private static final long TOKEN_SECONDS = 3607;
    /** The letters of generated names: {@code apimachinery/pkg/util/rand}. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private final ObjectReader reader;
    private final RandomGenerator random;

    public ServiceAccountPlugin(ObjectReader reader, RandomGenerator random) {
        this.reader = reader;
        this.random = random;
    }

    @Override
    public String name() {
        return "ServiceAccount";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.creates("pods");
    }

    @Override
    public void admit(AdmissionRequest request) {
        ObjectNode pod = request.object().orElseThrow();
        ObjectNode spec = object(pod, "spec");
        if (has(at(pod, "metadata", "annotations"), PodAnnotations.MIRROR)) {
            refuseForMirror(request, spec);
            return;
        }
        if (text(spec, "serviceAccountName").isEmpty()) {
            spec.put("serviceAccountName", "default").put("serviceAccount", "default");
        }
        ObjectNode account = account(request, text(spec, "serviceAccountName"));
        if (mountsToken(account, spec)) {
            mountToken(spec);
        }
        if (spec.path("imagePullSecrets").isEmpty()
                && !account.path("imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", account.path("imagePullSecrets").deepCopy());
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode pod = request.object().orElseThrow();
        if (!has(at(pod, "metadata", "annotations"), PodAnnotations.MIRROR)) {
            String name = text(pod, "spec", "serviceAccountName");
            if (name.isEmpty()) {
                throw forbidden(
                        request, "no service account specified for pod " + request.namespace() + "/" + request.name());
            }
            account(request, name);
        }
    }

    private ObjectNode account(AdmissionRequest request, String name) {
        return reader.get(ACCOUNTS, request.namespace(), name)
                .orElseThrow(() -> forbidden(
                        request,
                        "error looking up service account " + request.namespace() + "/" + name + ": serviceaccount "
                                + FieldErrors.quote(name) + " not found"));
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }

    /** A mirror pod has only what its kubelet has. */
    private static void refuseForMirror(AdmissionRequest request, ObjectNode spec) {
        if (!text(spec, "serviceAccountName").isEmpty()) {
            throw forbidden(request, "a mirror pod may not reference service accounts");
        }
        for (ObjectNode volume : objects(spec.path("volumes"))) {
            if (volume.has("secret")) {
                throw forbidden(request, "a mirror pod may not reference secrets");
            }
            for (ObjectNode source : objects(volume.path("projected").path("sources"))) {
                if (source.has("secret")) {
                    throw forbidden(request, "a mirror pod may not reference secrets");
                }
                if (source.has("serviceAccountToken")) {
                    throw forbidden(request, "a mirror pod may not use ServiceAccountToken volume projections");
                }
            }
        }
    }

    private static boolean mountsToken(ObjectNode account, ObjectNode spec) {
        boolean byAccount = account.path("automountServiceAccountToken").asBoolean(true);
        return spec.path("automountServiceAccountToken").asBoolean(byAccount);
    }

    private void mountToken(ObjectNode spec) {
        String volume = volumeName(spec);
        boolean mounted = false;
        for (String list : List.of("initContainers", "containers")) {
            for (ObjectNode container : objects(spec.path(list))) {
                boolean own = objects(container.path("volumeMounts")).stream()
                        .anyMatch(m -> text(m, "mountPath").equals(TOKEN_DIRECTORY));
                if (!own) {
                    mounted = true;
                    array(container, "volumeMounts")
                            .addObject()
                            .put("name", volume)
                            .put("readOnly", true)
                            .put("mountPath", TOKEN_DIRECTORY);
                }
            }
        }
        if (mounted) {
            addVolume(array(spec, "volumes").addObject().put("name", volume).putObject("projected"));
        }
    }

    private String volumeName(ObjectNode spec) {
        List<String> taken =
                objects(spec.path("volumes")).stream().map(v -> text(v, "name")).toList();
        String name;
        do {
            StringBuilder made = new StringBuilder("kube-api-access-");
            for (int i = 0; i < 5; i++) {
                made.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            name = made.toString();
        } while (taken.contains(name));
        return name;
    }

    private static void addVolume(ObjectNode projected) {
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", TOKEN_SECONDS)
                .put("path", "token");
        ObjectNode authority = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode namespace = sources.addObject()
                .putObject("downwardAPI")
                .putArray("items")
                .addObject()
                .put("path", "namespace");
        namespace.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
        projected.put("defaultMode", 0644);
    }
}

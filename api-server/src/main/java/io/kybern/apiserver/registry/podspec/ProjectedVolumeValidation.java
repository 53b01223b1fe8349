package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Projected volumes: several sources in one directory, no path twice. */
final class ProjectedVolumeValidation {
    private static final List<String> KEY_TYPES =
            List.of("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519");
    private static final long DAY_SECONDS = 24 * 60 * 60;

    private final VolumeValidation volumes;
    private final FieldErrors errors;
    private final Set<String> paths = new HashSet<>();

    ProjectedVolumeValidation(VolumeValidation volumes, FieldErrors errors) {
        this.volumes = volumes;
        this.errors = errors;
    }

    void validate(ObjectNode projected, FieldPath path) {
        volumes.mode(projected, "defaultMode", path);
        int i = 0;
        for (ObjectNode source : objects(projected.path("sources"))) {
            FieldPath at = path.child("sources").index(i++);
            int sources = 0;
            for (String files : List.of("secret", "configMap")) {
                if (source.get(files) instanceof ObjectNode from) {
                    sources++;
                    files(from, at.child(files), path);
                }
            }
            if (source.get("downwardAPI") instanceof ObjectNode from) {
                sources++;
                for (ObjectNode file : objects(from.path("items"))) {
                    volumes.downwardFile(file, at.child("downwardAPI"));
                    claim(text(file, "path"), text(file, "path"), path);
                }
            }
            if (source.get("serviceAccountToken") instanceof ObjectNode token) {
                sources++;
                token(token, at.child("serviceAccountToken"), path);
            }
            if (source.get("clusterTrustBundle") instanceof ObjectNode bundle) {
                sources++;
                trustBundle(bundle, at.child("clusterTrustBundle"), path);
            }
            if (source.get("podCertificate") instanceof ObjectNode certificate) {
                sources++;
                certificate(certificate, at.child("podCertificate"), path);
            }
            if (sources > 1) {
                errors.forbidden(at, "may not specify more than 1 volume type per source");
            }
        }
    }

    private void claim(String target, String shown, FieldPath path) {
        if (!target.isEmpty() && !paths.add(target)) {
            errors.invalid(path, shown, "conflicting duplicate paths");
        }
    }

    private void files(ObjectNode from, FieldPath at, FieldPath path) {
        FieldChecks.required(from, "name", at, errors);
        int i = 0;
        for (ObjectNode item : objects(from.path("items"))) {
            volumes.keyToPath(item, at.child("items").index(i++));
            claim(text(item, "path"), text(from, "name"), path);
        }
    }

    private void token(ObjectNode token, FieldPath at, FieldPath path) {
        long seconds = number(token, "expirationSeconds");
        if (seconds < 600) {
            errors.invalid(at.child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds > 1L << 32) {
            errors.invalid(
                    at.child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds");
        }
        if (text(token, "path").isEmpty()) {
            errors.required(path.child("path"), "");
        } else {
            volumes.localPath(text(token, "path"), path.child("path"));
        }
    }

    private void trustBundle(ObjectNode bundle, FieldPath at, FieldPath path) {
        boolean named = bundle.has("name");
        boolean signed = bundle.has("signerName");
        if (named && signed) {
            errors.invalid(at, bundle, "only one of name and signerName may be used");
        } else if (named) {
            String name = text(bundle, "name");
            if (name.isEmpty()) {
                errors.required(at.child("name"), "must be a valid object name");
            }
            String object = name.substring(name.lastIndexOf(':') + 1);
            for (String complaint : Names.dnsSubdomain(object)) {
                errors.invalid(at.child("name"), name, "not a valid clustertrustbundlename: " + complaint);
            }
            if (bundle.has("labelSelector")) {
                errors.invalid(
                        at.child("labelSelector"),
                        bundle.path("labelSelector"),
                        "labelSelector must be unset if name is specified");
            }
        } else if (signed) {
            if (text(bundle, "signerName").isEmpty()) {
                errors.required(at.child("signerName"), "must be a valid signer name");
            }
            signer(text(bundle, "signerName"), at.child("signerName"));
            LabelSelectors.validate(bundle.path("labelSelector"), at.child("labelSelector"), errors);
        } else {
            errors.required(at, "either name or signerName must be specified");
        }
        FieldChecks.required(bundle, "path", at, errors);
        volumes.localPath(text(bundle, "path"), at.child("path"));
        claim(text(bundle, "path"), text(bundle, "path"), path);
    }

    private void certificate(ObjectNode certificate, FieldPath at, FieldPath path) {
        String signer = text(certificate, "signerName");
        signer(signer, at.child("signerName"));
        FieldChecks.oneOf(text(certificate, "keyType"), KEY_TYPES, at.child("keyType"), errors);
        if (certificate.has("maxExpirationSeconds")) {
            long seconds = number(certificate, "maxExpirationSeconds");
            long most = signer.startsWith("kubernetes.io/") ? DAY_SECONDS : 91 * DAY_SECONDS;
            if (seconds < 3600) {
                errors.invalid(
                        at.child("maxExpirationSeconds"), seconds, "if provided, maxExpirationSeconds must be >= 3600");
            }
            if (seconds > most) {
                errors.invalid(
                        at.child("maxExpirationSeconds"),
                        seconds,
                        "if provided, maxExpirationSeconds must be <= " + most);
            }
        }
        int count = 0;
        for (String field : List.of("credentialBundlePath", "keyPath", "certificateChainPath")) {
            String target = text(certificate, field);
            if (!target.isEmpty()) {
                count++;
                volumes.localPath(target, at.child(field));
                claim(target, target, path);
            }
        }
        if (count == 0) {
            errors.required(at, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");
        }
    }

    private void signer(String name, FieldPath path) {
        String[] segments = name.split("/", -1);
        if (name.isEmpty()) {
            errors.required(path, "");
        } else if (segments.length != 2) {
            errors.invalid(
                    path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
        } else {
            for (String label : segments[0].split("\\.", -1)) {
                List<String> complaints = Names.dnsLabel(label);
                complaints.forEach(c ->
                        errors.invalid(path, segments[0], "validating label " + FieldErrors.quote(label) + ": " + c));
                if (!complaints.isEmpty()) {
                    break;
                }
            }
            if (!segments[0].contains(".")) {
                errors.invalid(path, segments[0], "should be a domain with at least two segments separated by dots");
            }
        }
    }
}

package io.kybern.apiserver.registry.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Trees;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/** What a CertificateSigningRequest must be like. */
final class RequestValidation {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MIN_SECONDS = 600;
    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");

    private RequestValidation() {}

    static void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        pem(spec.path("request"), errors);
        List<String> usages = Trees.texts(spec.path("usages"));
        FieldPath usagePath = SPEC.child("usages");
        if (usages.isEmpty()) {
            errors.required(usagePath, "");
        }
        for (int i = 0; i < usages.size(); i++) {
            if (!USAGES.contains(usages.get(i))) {
                errors.notSupported(usagePath.index(i), usages.get(i), USAGES);
            }
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < usages.size(); i++) {
            if (!seen.add(usages.get(i))) {
                errors.duplicate(usagePath.index(i), usages.get(i));
            }
        }
        signer(Trees.text(spec, "signerName"), SPEC.child("signerName"), errors);
        JsonNode seconds = spec.path("expirationSeconds");
        if (seconds.isNumber() && seconds.asLong() < MIN_SECONDS) {
            errors.invalid(
                    SPEC.child("expirationSeconds"),
                    seconds,
                    "may not specify a duration less than 600 seconds (10 minutes)");
        }
        conditions(object.path("status").path("conditions"), errors);
    }

    private static void pem(JsonNode request, FieldErrors errors) {
        String text = new String(Base64.getMimeDecoder().decode(request.asText("")), StandardCharsets.ISO_8859_1);
        FieldPath path = SPEC.child("request");
        boolean absent = request.asText("").isEmpty();
        if (!text.contains("-----BEGIN CERTIFICATE REQUEST-----")) {
            errors.invalid(path, absent ? null : request, "PEM block type must be CERTIFICATE REQUEST");
            return;
        }
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
                errors.invalid(path, request, "PEM block type must be CERTIFICATE REQUEST");
            } else if (!signed(parsed)) {
                errors.invalid(path, request, "x509: signature does not match the public key");
            }
        } catch (IOException e) {
            errors.invalid(path, request, "asn1: structure error: malformed certificate request");
        }
    }

    private static boolean signed(PKCS10CertificationRequest request) {
        try {
            return request.isSignatureValid(
                    new JcaContentVerifierProviderBuilder().build(request.getSubjectPublicKeyInfo()));
        } catch (OperatorCreationException | PKCSException e) {
            return false;
        }
    }

    private static void signer(String name, FieldPath path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
            return;
        }
        String[] parts = name.split("/", -1);
        if (parts.length != 2) {
            errors.invalid(
                    path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        if (!Names.dnsSubdomain(parts[0]).isEmpty()) {
            errors.invalid(
                    path,
                    parts[0],
                    "validating label " + FieldErrors.quote(parts[0]) + ": "
                            + String.join(",", Names.dnsSubdomain(parts[0])));
        } else if (parts[0].indexOf('.') < 0) {
            errors.invalid(path, name, "should be a domain with at least two segments separated by dots");
        }
        for (String segment : parts[1].split("\\.", -1)) {
            errors.invalidEach(path, parts[1], Names.dnsLabel(segment));
        }
    }

    private static void conditions(JsonNode conditions, FieldErrors errors) {
        FieldPath list = FieldPath.of("status", "conditions");
        Set<String> types = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            String type = Trees.text(conditions.get(i), "type");
            FieldPath path = list.index(i);
            if (type.isEmpty()) {
                errors.required(path.child("type"), "");
            }
            boolean onlyTrue = List.of("Approved", "Denied", "Failed").contains(type);
            FieldRules.required(
                    path.child("status"),
                    conditions.get(i).path("status"),
                    onlyTrue ? List.of("True") : List.of("False", "True", "Unknown"),
                    errors);
            boolean both = type.equals("Approved") && types.contains("Denied")
                    || type.equals("Denied") && types.contains("Approved");
            if (both) {
                errors.invalid(list, type, "Approved and Denied conditions are mutually exclusive");
            }
            if (!types.add(type)) {
                errors.duplicate(path.child("type"), type);
            }
        }
    }
}

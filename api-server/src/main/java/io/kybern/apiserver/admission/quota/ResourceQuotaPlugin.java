package io.kybern.apiserver.admission.quota;

import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Refuses what a namespace's quotas have no room for, and notes in their status what is let in, before it is stored: what
 * fails after that is counted until the quota controller counts again. Requests of one namespace are judged one after the
 * other, so that two can't share the last room.
 */
public final class ResourceQuotaPlugin implements AdmissionPlugin {
    private static final GroupResource QUOTAS = new GroupResource("", "resourcequotas");
    private static final int TRIES = 4;
    private static final int LOCKS = 64;

    private static final Set<GroupResource> IGNORED = Set.of(
            new GroupResource("", "namespaces"),
            new GroupResource("", "bindings"),
            new GroupResource("", "componentstatuses"),
            new GroupResource("", "events"),
            new GroupResource("events.k8s.io", "events"),
            new GroupResource("authentication.k8s.io", "tokenreviews"),
            new GroupResource("authentication.k8s.io", "selfsubjectreviews"),
            new GroupResource("authorization.k8s.io", "subjectaccessreviews"),
            new GroupResource("authorization.k8s.io", "selfsubjectaccessreviews"),
            new GroupResource("authorization.k8s.io", "localsubjectaccessreviews"),
            new GroupResource("authorization.k8s.io", "selfsubjectrulesreviews"));

    private final ObjectReader objects;
    private final StatusWriter writer;
    private final Map<GroupResource, Evaluator> evaluators;
    private final List<Lock> locks =
            Stream.<Lock>generate(ReentrantLock::new).limit(LOCKS).toList();

    /** Writes the status of a quota. */
    @FunctionalInterface
    public interface StatusWriter {
        /**
         * Writes it if nobody has changed the quota since it was read.
         *
         * @return whether it is written
         */
        boolean write(ObjectNode quota);
    }

    public ResourceQuotaPlugin(ObjectReader objects, StatusWriter writer, InstantSource clock) {
        this.objects = objects;
        this.writer = writer;
        this.evaluators = Map.of(
                core("pods"), new PodEvaluator(clock),
                core("services"), new ServiceEvaluator(),
                core("persistentvolumeclaims"), new ClaimEvaluator(),
                core("configmaps"), CountEvaluator.of(core("configmaps"), "configmaps"),
                core("secrets"), CountEvaluator.of(core("secrets"), "secrets"),
                core("resourcequotas"), CountEvaluator.of(core("resourcequotas"), "resourcequotas"),
                core("replicationcontrollers"),
                        CountEvaluator.of(core("replicationcontrollers"), "replicationcontrollers"));
    }

    private static GroupResource core(String plural) {
        return new GroupResource("", plural);
    }

    @Override
    public String name() {
        return "ResourceQuota";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        boolean write = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        return write
                && !request.namespace().isEmpty()
                && request.object().isPresent()
                && !IGNORED.contains(request.resource())
                && evaluator(request.resource()).handles(request);
    }

    private Evaluator evaluator(GroupResource resource) {
        Evaluator known = evaluators.get(resource);
        return known == null ? CountEvaluator.of(resource) : known;
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (objects.isEmpty(QUOTAS, request.namespace())) {
            return;
        }
        QuotaCheck check = new QuotaCheck(evaluator(request.resource()), request);
        Lock lock = locks.get(Math.floorMod(request.namespace().hashCode(), LOCKS));
        lock.lock();
        try {
            charge(check, request);
        } finally {
            lock.unlock();
        }
    }

    private void charge(QuotaCheck check, AdmissionRequest request) {
        List<ObjectNode> quotas = objects.list(QUOTAS, request.namespace());
        for (int attempt = 1; ; attempt++) {
            List<QuotaCheck.Charge> charges = check.charges(quotas);
            if (request.dryRun()) {
                return;
            }
            List<String> failed = charges.stream()
                    .filter(c -> !write(c))
                    .map(c -> text(c.quota(), "metadata", "name"))
                    .toList();
            if (failed.isEmpty()) {
                return;
            }
            if (attempt == TRIES) {
                throw ApiException.modified(QUOTAS, failed.getFirst());
            }
            quotas = objects.list(QUOTAS, request.namespace()).stream()
                    .filter(q -> failed.contains(text(q, "metadata", "name")))
                    .toList();
        }
    }

    private boolean write(QuotaCheck.Charge charge) {
        ObjectNode quota = charge.quota().deepCopy();
        Trees.object(quota, "status").set("used", charge.used().toJson());
        return writer.write(quota);
    }
}

package io.kybern.apiserver.admission.webhook;

import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.admission.webhook.Webhooks.Invocation;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Asks all webhooks that may refuse, at once; the first of them that does is told. */
public final class ValidatingWebhooks implements AdmissionPlugin {
    private final Webhooks webhooks;
    private final WebhookCaller caller;

    public ValidatingWebhooks(
            ResourceRegistry registry, ObjectReader objects, MatchConditions conditions, WebhookTransport transport) {
        this.webhooks = new Webhooks("validatingwebhookconfigurations", registry, objects, conditions);
        this.caller = new WebhookCaller(transport, false);
    }

    @Override
    public String name() {
        return "ValidatingAdmissionWebhook";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return !webhooks.all().isEmpty() && !Webhooks.isExempt(request);
    }

    @Override
    public void validate(AdmissionRequest request) {
        List<Invocation> invocations = webhooks.all().stream()
                .flatMap(w -> webhooks.invocation(w, request).stream())
                .toList();
        if (invocations.isEmpty()) {
            return;
        }
        Map<Resource, Shown> shown = new HashMap<>();
        List<FutureTask<Optional<ApiException>>> calls = new ArrayList<>();
        for (Invocation invocation : invocations) {
            Shown seen = shown.computeIfAbsent(invocation.as(), as -> Shown.of(request, as));
            FutureTask<Optional<ApiException>> call = new FutureTask<>(() -> refusal(invocation, request, seen));
            calls.add(call);
            Thread.ofVirtual().name("webhook-" + invocation.webhook().name()).start(call);
        }
        for (FutureTask<Optional<ApiException>> call : calls) {
            result(call).ifPresent(e -> {
                throw e;
            });
        }
    }

    private Optional<ApiException> refusal(Invocation invocation, AdmissionRequest request, Shown seen) {
        try {
            caller.call(invocation, request, seen.object(), seen.oldObject());
            return Optional.empty();
        } catch (ApiException e) {
            return Optional.of(e);
        }
    }

    private static Optional<ApiException> result(FutureTask<Optional<ApiException>> call) {
        try {
            return call.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(ApiException.internal("the server is shutting down"));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The objects of a request in one version. */
    record Shown(Optional<byte[]> object, Optional<byte[]> oldObject) {
        static Shown of(AdmissionRequest request, Resource as) {
            return new Shown(
                    request.object().map(o -> request.bytes(as, o)),
                    request.oldObject().map(o -> request.bytes(as, o)));
        }
    }
}

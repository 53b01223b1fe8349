package io.kybern.apiserver.flowcontrol;

import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.chain.Filter;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.resource.GroupResource;
import java.util.Optional;

/**
 * Classifies each request by the stored flow schemas and says so in the answer's {@code X-Kubernetes-PF-*} headers.
 * Limits and queues nothing yet.
 */
public final class FlowControlFilter implements Filter {
    private static final GroupResource SCHEMAS = new GroupResource("flowcontrol.apiserver.k8s.io", "flowschemas");
    private static final GroupResource LEVELS =
            new GroupResource("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations");

    private final Resource schemas;
    private final Resource levels;
    private final ObjectReader reader;
    private volatile Compiled compiled = new Compiled(-1, FlowSchemas.of(java.util.List.of(), java.util.List.of()));

    /** Flow schemas as they were when so many objects of both kinds had changed. */
    private record Compiled(long version, FlowSchemas schemas) {}

    public FlowControlFilter(ResourceRegistry registry, ObjectReader reader) {
        this.schemas = registry.stored(SCHEMAS).orElseThrow();
        this.levels = registry.stored(LEVELS).orElseThrow();
        this.reader = reader;
    }

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        if (exchange.info().streams()) {
            return next.proceed(exchange);
        }
        Optional<FlowSchemas.Match> match = current().match(exchange.user(), exchange.info());
        match.ifPresent(m -> exchange.responseHeaders()
                .set("X-Kubernetes-Pf-Flowschema-Uid", m.schemaUid())
                .set("X-Kubernetes-Pf-Prioritylevel-Uid", m.levelUid()));
        return next.proceed(exchange);
    }

    private FlowSchemas current() {
        long version = schemas.store().lastChange().value()
                + levels.store().lastChange().value();
        Compiled known = compiled;
        if (known.version() != version) {
            known = new Compiled(version, FlowSchemas.of(reader.list(SCHEMAS, ""), reader.list(LEVELS, "")));
            compiled = known;
        }
        return known.schemas();
    }
}

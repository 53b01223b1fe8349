package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.crd.resource.GroupResource;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code componentstatuses}: the store is the one component that this server looks after; it goes by its old name. */
public final class ComponentStatusEndpoint implements SpecialEndpoint {
    private static final GroupResource NAME = new GroupResource("", "componentstatus");
    private static final String STORE = "etcd-0";

    private final Supplier<Optional<String>> problem;

    /** @param problem what is wrong with the store now */
    public ComponentStatusEndpoint(Supplier<Optional<String>> problem) {
        this.problem = problem;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        Representation form = Negotiator.negotiate(call.request(), Negotiator.Target.PLAIN, true, "ComponentStatus");
        String name = call.info().name();
        ObjectNode store = store();
        if (name.isEmpty()) {
            ObjectNode list = JsonNodeFactory.instance.objectNode();
            list.put("kind", "ComponentStatusList").put("apiVersion", "v1").putObject("metadata");
            list.putArray("items").add(store);
            return Encoder.tree(200, list, form);
        }
        if (!name.equals(STORE)) {
            throw ApiException.notFound(NAME, name);
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", "ComponentStatus").put("apiVersion", "v1").setAll(store);
        return Encoder.tree(200, object, form);
    }

    private ObjectNode store() {
        Optional<String> why = problem.get();
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.putObject("metadata").put("name", STORE);
        ObjectNode condition = out.putArray("conditions").addObject().put("type", "Healthy");
        condition.put("status", why.isEmpty() ? "True" : "False").put("message", why.orElse("ok"));
        return out;
    }
}

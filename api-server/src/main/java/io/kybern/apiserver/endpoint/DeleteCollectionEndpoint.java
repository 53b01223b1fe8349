package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.ListPage;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import java.util.List;

/** {@code deletecollection}: each object that a list with the same query would show; answers that list. */
public final class DeleteCollectionEndpoint implements Endpoint {
    private final ObjectDeleter deleter;

    public DeleteCollectionEndpoint(ObjectDeleter deleter) {
        this.deleter = deleter;
    }

    @Override
    public ApiResponse serve(Call call) {
        Resource resource = call.resource();
        Representation form = Negotiator.negotiate(
                call.request(),
                Negotiator.Target.OBJECT,
                !resource.definition().custom(),
                ListEndpoint.goType(resource));
        ListOptions query = ListOptions.parse(call.request().query(), false);
        DeleteOptions options = DeleteOptions.parse(call.request());
        DeleteEndpoint.warn(call, options);
        SelectorFilter filter = SelectorFilter.of(resource, call.namespace(), query.labels(), query.fields());
        ListPage page = ListEndpoint.page(resource, query, filter);
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", resource.definition().names().listKind())
                .put("apiVersion", resource.kind().apiVersion());
        ObjectNode meta = list.putObject("metadata")
                .put("resourceVersion", page.revision().toString());
        page.next().ifPresent(token -> meta.put("continue", token));
        page.remaining().ifPresent(n -> meta.put("remainingItemCount", n));
        ArrayNode items = list.putArray("items");
        while (page.items().hasNext()) {
            StoredObject object = page.items().next();
            ObjectNode item = resource.codec()
                    .printable(resource.fromStorage(resource.tree(object)).deepCopy());
            if (!resource.codec().itemsNameTheirKind()) {
                item.remove(List.of("kind", "apiVersion"));
            }
            items.add(item);
            try {
                deleter.delete(call, object, options);
            } catch (ApiException e) {
                if (e.reason() != Reason.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return Encoder.tree(200, list, form.withoutProjection());
    }
}

package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.ListEncoder;
import io.kybern.apiserver.negotiation.ListPage;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;

/** {@code deletecollection}: each object that a list with the same query would show; answers that list. */
public final class DeleteCollectionEndpoint implements Endpoint {
    private final ObjectDeleter deleter;
    private final ListEncoder encoder;

    public DeleteCollectionEndpoint(ObjectDeleter deleter, ListEncoder encoder) {
        this.deleter = deleter;
        this.encoder = encoder;
    }

    @Override
    public ApiResponse serve(Call call) {
        Resource resource = call.resource();
        Representation form = Negotiator.negotiate(
                call.request(), Negotiator.Target.LIST, !resource.definition().custom(), ListEndpoint.goType(resource));
        ListOptions query = ListOptions.parse(call.request().query(), false);
        DeleteOptions options = DeleteOptions.parse(call.request());
        DeleteEndpoint.warn(call, options);
        SelectorFilter filter = SelectorFilter.of(resource, call.namespace(), query.labels(), query.fields());
        ListPage page = ListEndpoint.page(resource, query, filter);
        List<StoredObject> items = new ArrayList<>();
        page.items().forEachRemaining(items::add);
        for (StoredObject object : items) {
            try {
                deleter.delete(call, object, options);
            } catch (ApiException e) {
                if (e.reason() != Reason.NOT_FOUND) {
                    throw e;
                }
            }
        }
        ListPage deleted = new ListPage(page.revision(), items.iterator(), page.next(), page.remaining());
        return encoder.encode(resource, deleted, form, call.request());
    }
}

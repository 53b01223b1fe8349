package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.negotiation.ListEncoder;
import io.kybern.apiserver.negotiation.ListPage;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.FutureRevisionException;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.ResourceStore.Snapshot;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.storage.converted.ConversionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** {@code list}: a snapshot of the cache, filtered, cut into pages, written as it is read. */
public final class ListEndpoint implements Endpoint {
    /** How long a list waits for a revision that does not exist yet. Source: apiserver cacher. */
    private static final Duration FUTURE_WAIT = Duration.ofSeconds(3);

    private static final ObjectKey FIRST = new ObjectKey("", "");

    private final ListEncoder encoder;

    public ListEndpoint(ListEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public ApiResponse serve(Call call) {
        Resource resource = call.resource();
        Representation form = Negotiator.negotiate(
                call.request(), Negotiator.Target.LIST, !resource.definition().custom(), goType(resource));
        if (!form.plainJson()) {
            MustWaitException.unlessMayBlock(); // encodes every object: too long for an event loop
        }
        ListOptions options = ListOptions.parse(call.request().query(), false);
        SelectorFilter filter = SelectorFilter.of(resource, call.namespace(), options.labels(), options.fields());
        return encoder.encode(resource, readable(resource, options, filter), form, call.request());
    }

    private static ListPage readable(Resource resource, ListOptions options, SelectorFilter filter) {
        try {
            return page(resource, options, filter);
        } catch (ConversionException e) {
            boolean ofThePast = !options.continueToken().isEmpty() || isExact(options, options.revision(false));
            throw ofThePast ? e : unread(resource, e);
        }
    }

    /** As the original says it, which has a cache for each version, of one that it can't fill. */
    static ApiException unread(Resource resource, ConversionException why) {
        String what = resource.kind().apiVersion() + ", Kind=" + resource.kind().kind();
        return ApiException.withDetails(
                        Reason.TOO_MANY_REQUESTS,
                        "storage is (re)initializing: failed to list " + what + ": " + why.text(),
                        JsonNodeFactory.instance.objectNode())
                .retryAfter(1);
    }

    static String goType(Resource resource) {
        if (resource.definition().custom()) {
            return "*unstructured.Unstructured";
        }
        String group = resource.definition().group();
        String pack = group.isEmpty() ? "core" : group.split("\\.")[0];
        return "*" + pack + "." + resource.kind().kind();
    }

    /** Finds the snapshot and cuts the page. */
    static ListPage page(Resource resource, ListOptions options, SelectorFilter filter) {
        long asked = options.revision(false);
        ResourceStore store = resource.store();
        if (!options.continueToken().isEmpty()) {
            if (!options.resourceVersion().isEmpty()
                    && !options.resourceVersion().equals("0")) {
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            }
            ContinueToken token = ContinueToken.decode(options.continueToken());
            ObjectKey from =
                    token.from(filter.namespace(), resource.definition().namespaced());
            Snapshot snapshot = token.revision() < 0 ? store.snapshot() : at(store, token, options);
            return cut(snapshot, filter, from, options.limit(), store.mayWait());
        }
        boolean exact = isExact(options, asked);
        Snapshot snapshot = asked == 0 ? store.snapshot() : exact ? exactly(store, asked) : notOlder(store, asked);
        // resourceVersion=0 asks for any cached state: the original's cache ignores the limit then
        long limit = options.resourceVersion().equals("0") ? 0 : options.limit();
        return cut(snapshot, filter, FIRST, limit, store.mayWait());
    }

    private static boolean isExact(ListOptions options, long asked) {
        return options.match().equals(ListOptions.EXACT)
                || asked > 0 && options.limit() > 0 && options.match().isEmpty();
    }

    private static Snapshot at(ResourceStore store, ContinueToken token, ListOptions options) {
        try {
            return store.snapshotAt(new Revision(token.revision()));
        } catch (CompactedException e) {
            throw expired(new ContinueToken(-1, token.start()));
        } catch (FutureRevisionException e) {
            throw tooLarge(token.revision(), e.current());
        }
    }

    private static ApiException expired(ContinueToken inconsistent) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode().put("continue", inconsistent.encode());
        return ApiException.of(
                        Reason.EXPIRED,
                        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.")
                .withMetadata(metadata);
    }

    private static Snapshot exactly(ResourceStore store, long revision) {
        try {
            await(store, revision);
            return store.snapshotAt(new Revision(revision));
        } catch (CompactedException e) {
            throw ApiException.of(Reason.EXPIRED, "The resourceVersion for the provided list is too old.");
        } catch (FutureRevisionException e) {
            throw tooLarge(revision, e.current());
        }
    }

    private static Snapshot notOlder(ResourceStore store, long revision) {
        await(store, revision);
        return store.snapshot();
    }

    static void await(ResourceStore store, long revision) {
        Revision wanted = new Revision(revision);
        Revision current = store.snapshot().revision();
        if (!wanted.isAfter(current)) {
            return;
        }
        MustWaitException.unlessMayBlock();
        try {
            if (!store.awaitRevision(wanted, FUTURE_WAIT)) {
                throw tooLarge(revision, store.snapshot().revision());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw tooLarge(revision, current);
        }
    }

    static ApiException tooLarge(long asked, Revision current) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.putArray("causes")
                .addObject()
                .put("reason", "ResourceVersionTooLarge")
                .put("message", "Too large resource version");
        return ApiException.withDetails(
                        Reason.TIMEOUT,
                        "Timeout: Too large resource version: " + asked + ", current: " + current,
                        details)
                .retryAfter(1);
    }

    /** All of what may have to be waited for, so that whoever writes it needs not. */
    static Iterator<StoredObject> ahead(Iterator<StoredObject> objects) {
        List<StoredObject> all = new ArrayList<>();
        objects.forEachRemaining(all::add);
        return all.iterator();
    }

    private static ListPage cut(Snapshot snapshot, SelectorFilter filter, ObjectKey from, long limit, boolean waits) {
        Iterator<StoredObject> all = snapshot.iterate(filter.namespace(), from, filter.marks());
        Iterator<StoredObject> chosen = filter.matchesAll() ? all : new Filtered(all, filter);
        if (limit <= 0) {
            return new ListPage(
                    snapshot.revision(), waits ? ahead(chosen) : chosen, Optional.empty(), Optional.empty());
        }
        List<StoredObject> items = new ArrayList<>();
        while (items.size() < limit && chosen.hasNext()) {
            items.add(chosen.next());
        }
        if (!chosen.hasNext()) {
            return new ListPage(snapshot.revision(), items.iterator(), Optional.empty(), Optional.empty());
        }
        StoredObject last = items.getLast();
        String path =
                filter.namespace().isEmpty() ? last.key().path() : last.key().name();
        Optional<Long> remaining = filter.matchesAll()
                ? Optional.of(snapshot.countAfter(filter.namespace(), last.key()))
                : Optional.empty();
        return new ListPage(
                snapshot.revision(),
                items.iterator(),
                Optional.of(
                        ContinueToken.after(snapshot.revision().value(), path).encode()),
                remaining);
    }

    /** Walks the objects that a filter lets through. */
    private static final class Filtered implements Iterator<StoredObject> {
        private final Iterator<StoredObject> all;
        private final SelectorFilter filter;
        private Optional<StoredObject> next = Optional.empty();

        Filtered(Iterator<StoredObject> all, SelectorFilter filter) {
            this.all = all;
            this.filter = filter;
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && all.hasNext()) {
                next = Optional.of(all.next()).filter(filter);
            }
            return next.isPresent();
        }

        @Override
        public StoredObject next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            StoredObject out = next.orElseThrow();
            next = Optional.empty();
            return out;
        }
    }
}

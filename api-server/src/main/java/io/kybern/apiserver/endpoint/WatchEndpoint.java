package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.metrics.WatchMetrics;
import io.kybern.apiserver.negotiation.EventEncoder;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.negotiation.Tables;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.selector.FieldSelector;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore.Snapshot;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.storage.converted.ConversionException;
import java.util.Collections;
import java.util.Iterator;
import java.util.random.RandomGenerator;

/**
 * {@code watch}: decides where the stream starts; {@link WatchStream} runs it. Also serves the deprecated
 * {@code /watch/} paths, chunked bodies and WebSockets.
 */
public final class WatchEndpoint implements Endpoint {
    /** Without a timeout of its own a watch ends after this time, or up to twice as much. Source: --min-request-timeout. */
    private static final int MIN_TIMEOUT_SECONDS = 1800;

    private static final ObjectKey FIRST = new ObjectKey("", "");

    private final OpenWatches watches;
    private final Tables tables;
    private final RandomGenerator random;
    private final WatchMetrics metrics;

    public WatchEndpoint(OpenWatches watches, Tables tables, RandomGenerator random, WatchMetrics metrics) {
        this.watches = watches;
        this.tables = tables;
        this.random = random;
        this.metrics = metrics;
    }

    @Override
    public ApiResponse serve(Call call) {
        Resource resource = call.resource();
        Representation form = Negotiator.negotiate(
                call.request(),
                Negotiator.Target.WATCH,
                !resource.definition().custom(),
                ListEndpoint.goType(resource));
        if (form.format() == Representation.Format.YAML) {
            throw ApiException.of(
                    Reason.NOT_ACCEPTABLE,
                    "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch");
        }
        ListOptions options = ListOptions.parse(call.request().query(), true);
        FieldSelector fields =
                call.name().isEmpty() ? options.fields() : FieldSelector.parse("metadata.name=" + call.name());
        SelectorFilter filter = SelectorFilter.of(resource, call.namespace(), options.labels(), fields);
        WatchStream.Plan plan = plan(call, options, filter);
        EventEncoder encoder = EventEncoder.of(resource, form, tables, call.request());
        WatchStream stream = new WatchStream(resource, plan, encoder, watches, metrics.events(resource));
        if (call.request().upgrades()) {
            return new ApiResponse.Upgrade(new Headers(), stream.webSocket());
        }
        Headers headers = new Headers().add("Content-Type", encoder.contentType());
        return new ApiResponse.Stream(200, headers, stream);
    }

    private WatchStream.Plan plan(Call call, ListOptions options, SelectorFilter filter) {
        Resource resource = call.resource();
        long asked = options.revision(true);
        boolean initial = options.sendInitialEvents().orElse(asked == 0);
        boolean marksEnd = options.sendInitialEvents().orElse(false) && options.bookmarks();
        long timeout = options.timeoutSeconds() > 0
                ? options.timeoutSeconds()
                : MIN_TIMEOUT_SECONDS + random.nextInt(MIN_TIMEOUT_SECONDS);
        if (initial) {
            if (asked > 0) {
                ListEndpoint.await(resource.store(), asked);
            }
            Snapshot snapshot = resource.store().snapshot();
            Iterator<StoredObject> objects =
                    initial(resource, snapshot.iterate(filter.namespace(), FIRST, filter.marks()));
            return new WatchStream.Plan(
                    filter, objects, snapshot.revision(), snapshot.revision(), marksEnd, options.bookmarks(), timeout);
        }
        Revision now = resource.store().snapshot().revision();
        Revision after = asked == 0 ? now : new Revision(asked);
        Revision from = after.isAfter(now) ? now : after;
        if (!resource.store().reaches(from)) {
            MustWaitException.unlessMayBlock();
            resource.store().reachBack(from);
        }
        return new WatchStream.Plan(
                filter, Collections.emptyIterator(), from, after, false, options.bookmarks(), timeout);
    }

    private static Iterator<StoredObject> initial(Resource resource, Iterator<StoredObject> objects) {
        if (!resource.store().mayWait()) {
            return objects;
        }
        try {
            return ListEndpoint.ahead(objects);
        } catch (ConversionException e) {
            throw ListEndpoint.unread(resource, e);
        }
    }

    /** The Status of a stream that can't start or go on where the client wants. */
    static ObjectNode expired(long asked, CompactedException e) {
        return ApiException.of(Reason.EXPIRED, "too old resource version: " + asked + " (" + e.compacted() + ")")
                .status();
    }

    static ObjectNode bookmark(Resource resource, Revision revision, boolean initialEventsEnd) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", resource.kind().kind())
                .put("apiVersion", resource.kind().apiVersion());
        ObjectNode metadata = object.putObject("metadata").put("resourceVersion", revision.toString());
        if (initialEventsEnd) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        return object;
    }
}

package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.MediaRange;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Projections;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.ResourceNames;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import io.kybern.crd.schema.Schema;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * {@code scale} of whichever resource has it: reads and writes the object as a Scale, with every kind of patch. A write goes
 * the way of all writes of the object; only its change is made on the Scale.
 */
public final class ScaleEndpoint implements SpecialEndpoint {
    public static final GroupVersionKind KIND = new GroupVersionKind("autoscaling", "v1", "Scale");

    /** What is special about Scales: how they are shown. */
    private static final Strategy SHOWN = new Strategy() {
        @Override
        public List<TableColumn> tableColumns() {
            return List.of(
                    Columns.string("Name", 0, o -> Trees.text(o, "metadata", "name")),
                    Columns.integer("Desired", "integer", o -> Trees.number(o, "spec", "replicas")),
                    Columns.integer("Available", "integer", o -> Trees.number(o, "status", "replicas")),
                    Columns.AGE);
        }
    };

    private final AnsweredKind kind = new AnsweredKind(KIND);
    private final Map<Resource, Resource> scales = new ConcurrentHashMap<>();
    private final Supplier<Schema> schema;
    private final ObjectWriter writer;
    private final FieldManagers fieldManagers;
    private final Projections projections;
    private final InstantSource clock;

    /** @param schema of the Scale */
    public ScaleEndpoint(
            Supplier<Schema> schema,
            ObjectWriter writer,
            FieldManagers fieldManagers,
            Projections projections,
            InstantSource clock) {
        this.projections = projections;
        this.schema = schema;
        this.writer = writer;
        this.fieldManagers = fieldManagers;
        this.clock = clock;
    }

    @Override
    public ApiResponse serve(SpecialCall special) {
        Call call = special.ordinary();
        Resource resource = call.resource();
        ScaleView view = new ScaleView(resource);
        Representation form = Negotiator.negotiate(call.request(), Negotiator.Target.OBJECT, true, KIND.kind());
        ObjectNode object = special.verb().equals("get")
                ? resource.fromStorage(resource.tree(special.object()))
                : write(call, special, view);
        ObjectNode scale = view.of(object);
        return form.projection() == Representation.Projection.NONE
                ? kind.answer(200, scale, form)
                : projections.tree(onScale(call).resource(), 200, scale, form, call.request());
    }

    /** The same call as if the objects were Scales. */
    private Call onScale(Call call) {
        return new Call(
                call.request(),
                call.info(),
                call.user(),
                scales.computeIfAbsent(call.resource(), this::scaleOf),
                call.warnings());
    }

    private ObjectNode write(Call call, SpecialCall special, ScaleView view) {
        Call onScale = onScale(call);
        String type = special.verb().equals("patch")
                ? MediaRange.parse(call.request().header("Content-Type")).type()
                : "";
        if (special.verb().equals("patch")) {
            PatchEndpoint.checkType(type, call.resource().definition().custom());
        }
        boolean apply = type.equals(PatchEndpoint.APPLY);
        WriteOptions options = WriteOptions.parse(
                call.request(), type.isEmpty() ? WriteOptions.Kind.UPDATE : WriteOptions.Kind.PATCH, apply);
        ObjectWriter.Change change = type.isEmpty()
                ? replacement(onScale, special, options)
                : PatchEndpoint.change(onScale, options, type, fieldManagers, clock);
        ObjectWriter.Written written = PatchEndpoint.refusing(
                () -> writer.update(call, new ScaleChange(call, onScale, view, change, options), options, false));
        Resource resource = call.resource();
        return resource.fromStorage(written.stored().map(resource::tree).orElse(written.tree()));
    }

    private ObjectWriter.Change replacement(Call onScale, SpecialCall special, WriteOptions options) {
        ObjectNode sent = kind.read(special, options);
        UpdateEndpoint.checkName(onScale, sent);
        return existing -> sent.deepCopy();
    }

    /** The resource as if its objects were Scales. */
    private Resource scaleOf(Resource resource) {
        ResourceDefinition own = resource.definition();
        ResourceDefinition.Version version = new ResourceDefinition.Version(
                KIND.version(), true, true, List.of(), schema::get, Map.of(), List.of(), Optional.empty(), "");
        ResourceNames names = new ResourceNames(own.names().plural(), "", KIND.kind(), "", List.of(), List.of());
        ResourceDefinition definition =
                new ResourceDefinition(KIND.group(), names, own.scope(), List.of(version), SHOWN, false);
        return resource.as(definition, version, kind.codec());
    }

    /** A change of the Scale as a change of the object. */
    private final class ScaleChange implements ObjectWriter.Change {
        private final Call call;
        private final Call onScale;
        private final ScaleView view;
        private final ObjectWriter.Change change;
        private final WriteOptions options;
        private final boolean patch;

        ScaleChange(Call call, Call onScale, ScaleView view, ObjectWriter.Change change, WriteOptions options) {
            this.patch = call.request().method().equals("PATCH");
            this.call = call;
            this.onScale = onScale;
            this.view = view;
            this.change = change;
            this.options = options;
        }

        @Override
        public boolean managesFields() {
            return true;
        }

        @Override
        public ObjectNode make(ObjectNode existing) {
            ObjectNode before = view.withManagers(existing);
            ObjectNode after = change.make(before);
            if (!change.managesFields()) {
                fieldManagers.update(
                        onScale.resource(), "scale", before, after, options.fieldManager(), clock.instant());
            }
            validate(after);
            checkUid(before, after);
            ObjectNode scaled = view.scaled(existing, after);
            String sent = Trees.text(after, "metadata", "resourceVersion");
            boolean named =
                    !sent.isEmpty() && !(patch && sent.equals(Trees.text(before, "metadata", "resourceVersion")));
            if (named) {
                Trees.object(scaled, "metadata").put("resourceVersion", sent);
            } else if (call.resource().strategy().allowsUnconditionalUpdate()) {
                Trees.object(scaled, "metadata").remove("resourceVersion");
            }
            return scaled;
        }

        private void validate(ObjectNode scale) {
            long replicas = scale.path("spec").path("replicas").asLong();
            if (replicas < 0 && !view.isCustom()) {
                FieldErrors errors = new FieldErrors();
                errors.invalid(FieldPath.of("spec", "replicas"), replicas, "must be greater than or equal to 0");
                throw ApiException.invalid(KIND.group(), KIND.kind(), call.name(), errors.list());
            }
        }

        private void checkUid(ObjectNode before, ObjectNode after) {
            String wanted = Trees.text(after, "metadata", "uid");
            String actual = Trees.text(before, "metadata", "uid");
            if (!wanted.isEmpty() && !wanted.equals(actual)) {
                GroupResource own = call.resource().groupResource();
                throw ApiException.conflict(
                        new GroupResource(own.group(), own.resource() + "/scale"),
                        call.name(),
                        "Precondition failed: UID in precondition: " + wanted + ", UID in object meta: " + actual);
            }
        }
    }
}

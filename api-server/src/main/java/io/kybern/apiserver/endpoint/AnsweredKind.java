package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.BuiltinCodec;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.merge.FieldManager;
import io.kybern.crd.merge.VersionConverter;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schema;
import java.time.Instant;
import java.util.Set;

/** Reads and writes objects of a built-in kind that is not stored: a review, a binding, a Scale. */
public final class AnsweredKind {
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final GroupVersionKind kind;
    private final BuiltinCodec codec;

    public AnsweredKind(GroupVersionKind kind) {
        this.kind = kind;
        this.codec = new BuiltinCodec(WireTypes.builtin()
                .ofKind(kind)
                .orElseThrow(() -> new IllegalStateException("no wire type of " + kind)));
    }

    public GroupVersionKind kind() {
        return kind;
    }

    public BuiltinCodec codec() {
        return codec;
    }

    /** The form of the answer: no table, no metadata alone. */
    public Representation negotiate(ApiRequest request) {
        return Negotiator.negotiate(request, Negotiator.Target.PLAIN, true, kind.kind());
    }

    /** The object in the body. */
    public ObjectNode read(SpecialCall call, WriteOptions options) {
        return read(call, call.request(), options);
    }

    /** The object in the body of another form of the request. */
    public ObjectNode read(SpecialCall call, ApiRequest request, WriteOptions options) {
        return BodyDecoder.decode(
                request,
                kind,
                codec,
                false,
                options.fieldValidation(),
                call.exchange().warnings());
    }

    /** Notes who sent which fields, as for objects that are stored. */
    public void manageFields(ObjectNode object, Schema schema, String subresource, String manager, Instant now) {
        FieldManagers.update(
                new FieldManager(
                        kind, subresource, schema, true, FieldManager.resetFields(Set.of()), VersionConverter.NONE),
                codec,
                NOTHING,
                object,
                manager,
                now);
    }

    public ApiResponse answer(int status, ObjectNode object, Representation form) {
        object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        ObjectNode complete = codec.complete(object);
        return form.format() == Representation.Format.PROTOBUF
                ? Encoder.tree(status, complete, form)
                : Encoder.json(status, codec.bytes(complete), form);
    }

    /** The Status that answers a write of something that is not shown. */
    public static ApiResponse success(int status, Representation form) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        return Encoder.tree(status, out.put("status", "Success").put("code", status), form);
    }
}

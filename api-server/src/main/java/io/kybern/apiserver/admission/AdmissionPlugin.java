package io.kybern.apiserver.admission;

/**
 * One admission controller of the chain. {@link #admit} may change the object and runs before the kind's validation,
 * {@link #validate} only looks and runs after all mutation; either refuses by throwing an {@code ApiException}. Called on
 * virtual threads, many at a time; may read other objects through its {@link ObjectReader}, never writes (quota apart).
 *
 * <p>Names and behaviour are those of {@code plugin/pkg/admission} upstream.
 */
public interface AdmissionPlugin {
    /** The upstream name, such as {@code NamespaceLifecycle}. */
    String name();

    /** Whether the plugin wants to see this request at all; cheap. */
    boolean handles(AdmissionRequest request);

    default void admit(AdmissionRequest request) {}

    default void validate(AdmissionRequest request) {}
}

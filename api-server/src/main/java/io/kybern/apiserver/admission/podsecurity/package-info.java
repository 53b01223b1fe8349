/**
 * The Pod Security Standards as an admission plugin: which level a namespace asks for by its labels, and what of a pod
 * offends it. Names, order and texts are those of {@code k8s.io/pod-security-admission}.
 */
package io.kybern.apiserver.admission.podsecurity;

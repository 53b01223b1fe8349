/**
 * Admission by webhooks: which of those configured are called for a request, the review that is sent to them, and what
 * becomes of their answers. Source of rules and texts: {@code apiserver/pkg/admission/plugin/webhook}.
 */
package io.kybern.apiserver.admission.webhook;

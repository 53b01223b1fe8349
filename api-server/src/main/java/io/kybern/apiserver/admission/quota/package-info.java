/**
 * ResourceQuotas at work: what an object counts for, and whether there is room for it. Source of rules and texts:
 * {@code apiserver/pkg/admission/plugin/resourcequota}, {@code pkg/quota/v1}.
 */
package io.kybern.apiserver.admission.quota;

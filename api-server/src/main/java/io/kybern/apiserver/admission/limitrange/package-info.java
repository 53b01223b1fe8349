/** LimitRanges at work. Source of rules and texts: {@code plugin/pkg/admission/limitranger}. */
package io.kybern.apiserver.admission.limitrange;

/** ValidatingAdmissionPolicies: which requests they see, with which parameters, and what they say of them. */
package io.kybern.apiserver.admission.policy;

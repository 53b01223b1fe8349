/** Admission policies: which requests they see, with which parameters, what they say of them and what they change. */
package io.kybern.apiserver.admission.policy;

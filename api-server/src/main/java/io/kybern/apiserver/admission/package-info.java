/** Admission: one class a plugin, named as upstream names it, run in one order by {@code AdmissionChain}. */
package io.kybern.apiserver.admission;

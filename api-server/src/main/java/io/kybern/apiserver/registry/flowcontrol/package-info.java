/** Kinds of flowcontrol.apiserver.k8s.io. */
package io.kybern.apiserver.registry.flowcontrol;

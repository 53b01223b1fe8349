/** Pod specs and templates: what pods and all kinds that embed a pod template have in common. */
package io.kybern.apiserver.registry.podspec;

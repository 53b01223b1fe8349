/** Conversions of built-in kinds that are served in more forms than one. */
package io.kybern.apiserver.registry.conversion;

/**
 * What is served, as OpenAPI: version 3 a document a group version, version 2 one document of all. Documents are made when
 * they are asked for, of {@link io.kybern.apiserver.openapi.Operation}s and component schemas; as bytes they are kept
 * while there is memory for them. A custom resource that comes or goes costs its own group version's document.
 */
package io.kybern.apiserver.openapi;

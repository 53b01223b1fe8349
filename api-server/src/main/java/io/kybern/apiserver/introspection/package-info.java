/** Pages about the process itself, for whoever debugs it: what it is ({@code /statusz}) and how it was started ({@code /flagz}). */
package io.kybern.apiserver.introspection;

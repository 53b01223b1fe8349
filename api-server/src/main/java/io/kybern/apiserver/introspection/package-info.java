/** Pages about the process itself, for whoever debugs it: what it is ({@code /statusz}) how it was started ({@code /flagz}) and what it is doing ({@code /debug/pprof/}). */
package io.kybern.apiserver.introspection;

/**
 * Values as the original prints them in messages: not in their wire form but as the structs it works with, with Go's field
 * names, every field shown. {@code internal-types.json} lists those structs: name, wire name and type of each field.
 */
package io.kybern.apiserver.registry.goform;

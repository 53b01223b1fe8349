/** What expressions of mutating policies make: objects to be applied, and operations of JSON patches. */
package io.kybern.crd.cel.patch;

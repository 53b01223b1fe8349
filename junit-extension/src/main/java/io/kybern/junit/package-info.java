/** A cluster inside a JUnit run: {@link io.kybern.junit.KybernCluster} on a test class is all it takes. */
package io.kybern.junit;

/** API servers as processes of their own: Kybern's, and the original with its etcd. They are measured, and killed. */
package io.kybern.conformance.process;

/** Values with a textual form of their own: quantities, times, int-or-strings, names. */
package io.kybern.crd.value;

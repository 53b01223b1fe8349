/** Command line flags as data: what there is, what a user gave, and which one was probably meant. */
package io.kybern.distribution.flag;

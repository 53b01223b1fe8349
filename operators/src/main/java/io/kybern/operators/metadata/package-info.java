/** All resources that a server serves, and the metadata of their objects: for those who treat every kind alike. */
@NullMarked
package io.kybern.operators.metadata;

import org.jspecify.annotations.NullMarked;

/** How work that takes long goes on beside that of others. */
package io.kybern.crd.pace;

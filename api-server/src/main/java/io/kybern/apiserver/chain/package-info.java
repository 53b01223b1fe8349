/** The chain that every request passes, assembled in {@code ApiServer} in the order in which it runs. */
package io.kybern.apiserver.chain;

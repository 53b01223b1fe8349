/** The objects that a fresh server holds. */
package io.kybern.apiserver.bootstrap;

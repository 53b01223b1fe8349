/** The server process: a Quarkus application around {@link io.kybern.distribution.AllInOne}. Nothing else here knows Quarkus. */
package io.kybern.distribution.quarkus;

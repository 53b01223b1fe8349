/** What a throw-away cluster is used for after a build, so that the JVMs of later ones know what will be asked of them. */
package io.kybern.distribution.training;

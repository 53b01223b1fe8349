/** What is served, as documents: groups, versions, resources. */
package io.kybern.apiserver.discovery;

/** What others need to verify service account tokens: the issuer's configuration and its public keys. */
package io.kybern.apiserver.issuer;

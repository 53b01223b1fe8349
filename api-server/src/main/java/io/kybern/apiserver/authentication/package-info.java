/** Who makes a request: each way to tell is an {@code Authenticator}. */
package io.kybern.apiserver.authentication;

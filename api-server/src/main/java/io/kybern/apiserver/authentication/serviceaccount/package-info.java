/** Tokens of service accounts: signed, bound to objects, good as long as those exist. Source: {@code pkg/serviceaccount}. */
package io.kybern.apiserver.authentication.serviceaccount;

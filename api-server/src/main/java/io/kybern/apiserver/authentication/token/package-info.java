/** Bearer tokens: whose is one, and for which audiences. */
package io.kybern.apiserver.authentication.token;

/** TLS between tests and what they test. */
package io.kybern.tls;

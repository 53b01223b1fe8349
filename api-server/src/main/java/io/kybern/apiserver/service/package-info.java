/** Cluster IPs and node ports: what a Service needs of them, and who holds which. */
package io.kybern.apiserver.service;

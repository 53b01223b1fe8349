/** The file by which kubectl and client libraries find a cluster, changed without touching what others wrote into it. */
package io.kybern.distribution.kubeconfig;

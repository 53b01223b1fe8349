/** ObjectMeta: what the server sets in it and what it must obey. */
package io.kybern.apiserver.metadata;

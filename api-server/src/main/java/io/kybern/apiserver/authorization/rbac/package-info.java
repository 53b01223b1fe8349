/** Role-based access: rules compiled into an immutable snapshot that answers without locks. */
package io.kybern.apiserver.authorization.rbac;

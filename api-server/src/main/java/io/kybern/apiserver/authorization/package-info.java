/** Who may do what. */
package io.kybern.apiserver.authorization;

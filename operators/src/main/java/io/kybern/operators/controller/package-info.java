/** What every controller is made of; the controllers themselves are in the packages below. */
@NullMarked
package io.kybern.operators.controller;

import org.jspecify.annotations.NullMarked;

/**
 * Laws that hold of every input, tried with random ones: a {@link io.kybern.fuzz.Source} makes the input of a seed,
 * {@link io.kybern.fuzz.Fuzz} runs the law over many seeds and, where it fails, looks for a small input that fails, too.
 * Compiled into the tests of each module that adds this folder to its test sources.
 */
@org.jspecify.annotations.NullMarked
package io.kybern.fuzz;

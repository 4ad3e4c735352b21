/**
 * What every backend is tested with: {@link io.github.xnor4j.testkit.BackendConformance} compares
 * it with the reference, {@link io.github.xnor4j.testkit.GoldenSuite} with what Larq computed.
 */
package io.github.xnor4j.testkit;

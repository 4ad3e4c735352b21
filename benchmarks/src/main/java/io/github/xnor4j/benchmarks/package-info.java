/**
 * JMH benchmarks: every backend on the same work.
 *
 * <pre>java -jar benchmarks/target/jmh/benchmarks.jar Product -p backend=cpu-vector</pre>
 */
package io.github.xnor4j.benchmarks;

/**
 * The backend {@code gpu-tornado}: programs as task graphs of TornadoVM, on OpenCL or PTX. Classes
 * of this package do not name TornadoVM.
 */
package io.github.xnor4j.gpu;

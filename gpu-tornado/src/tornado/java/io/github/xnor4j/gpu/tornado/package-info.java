/** The part of the backend that names TornadoVM; compiled only where an SDK is. */
package io.github.xnor4j.gpu.tornado;

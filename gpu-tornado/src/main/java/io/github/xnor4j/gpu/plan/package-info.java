/**
 * From a program to a list of launches of kernels over three arenas of device memory. Nothing here
 * names TornadoVM or touches an element of a tensor; not public API.
 */
package io.github.xnor4j.gpu.plan;

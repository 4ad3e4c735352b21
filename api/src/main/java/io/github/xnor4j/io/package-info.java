/** Files: safetensors, and writing so that a reader never sees half a file. */
package io.github.xnor4j.io;

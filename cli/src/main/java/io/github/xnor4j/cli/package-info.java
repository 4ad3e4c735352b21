/** The command {@code xnor}: trains, evaluates and asks models, and describes them. */
package io.github.xnor4j.cli;

/**
 * Groups: which ops of a program a backend may well compute together. A {@link
 * io.github.xnor4j.group.Grouper} finds them by the program alone; a backend takes a group or
 * computes its ops one by one, so a kind of group that it does not know costs speed, never
 * correctness.
 */
package io.github.xnor4j.group;

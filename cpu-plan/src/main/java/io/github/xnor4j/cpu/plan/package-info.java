/**
 * What the CPU backends share: how a program becomes stages over tiles of the batch, which buffers
 * it needs, which bit layouts its products read, and the threads that run it. Not public API.
 */
package io.github.xnor4j.cpu.plan;

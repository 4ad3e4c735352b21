/**
 * Training: optimizers, losses, metrics, the {@link io.github.xnor4j.train.Trainer}, callbacks,
 * checkpoints and files of trained models. It knows programs and tensors, never a backend.
 */
package io.github.xnor4j.train;

/** Labelled images: IDX files, data sets, shuffled batches, augmentation, single images. */
package io.github.xnor4j.data;

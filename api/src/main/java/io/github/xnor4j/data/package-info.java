/** Labelled images: files of many formats, data sets, shuffled batches, augmentation. */
package io.github.xnor4j.data;

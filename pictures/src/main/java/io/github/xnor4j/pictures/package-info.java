/**
 * Picture files: {@link io.github.xnor4j.pictures.PictureFile} decodes them to a {@link
 * io.github.xnor4j.pictures.Bitmap}, and the rest brings what they show into the form of the images
 * that a model was trained on.
 */
package io.github.xnor4j.pictures;

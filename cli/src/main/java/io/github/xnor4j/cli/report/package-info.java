/** A page that shows a training, or what a model says about test images. */
package io.github.xnor4j.cli.report;

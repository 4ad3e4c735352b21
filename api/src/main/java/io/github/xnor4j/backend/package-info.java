/** What a backend provides, and how one is found and chosen. */
package io.github.xnor4j.backend;

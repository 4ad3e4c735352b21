package io.github.xnor4j.pictures;

import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * JPEG of four channels without Adobe's marker, which would say that they are inverted: inks, 0 for
 * none, as other programs read them. (TwelveMonkeys takes them for colours and an alpha.)
 */
final class PlainCmyk {
  private static final int CHANNELS = 4;

  private PlainCmyk() {}

  /** Whether a JPEG stream is one; leaves the stream at its beginning. */
  static boolean isOne(ImageInputStream in) throws IOException {
    boolean four = false;
    boolean adobe = false;
    for (JPEGSegment segment : JPEGSegmentUtil.readSegments(in, JPEGSegmentUtil.ALL_SEGMENTS)) {
      adobe |= segment.marker() == JPEG.APP14 && "Adobe".equals(segment.identifier());
      boolean frame = segment.marker() >= JPEG.SOF0 && segment.marker() <= JPEG.SOF2;
      four |= frame && channels(segment) == CHANNELS;
    }
    in.seek(0);
    return four && !adobe;
  }

  private static int channels(JPEGSegment frame) throws IOException {
    try (InputStream data = frame.segmentData()) {
      data.skipNBytes(1 + 2 + 2); // precision, height, width
      return data.read();
    }
  }

  /** What the inks look like on white paper. */
  static BufferedImage inSrgb(Raster cmyk) {
    int w = cmyk.getWidth();
    BufferedImage out = new BufferedImage(w, cmyk.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] inks = new int[w * CHANNELS];
    for (int y = 0; y < cmyk.getHeight(); y++) {
      cmyk.getPixels(cmyk.getMinX(), cmyk.getMinY() + y, w, 1, inks);
      for (int x = 0; x < w; x++) {
        int rgb = 0;
        for (int ink = 0; ink < 3; ink++) {
          int light = (255 - inks[x * CHANNELS + ink]) * (255 - inks[x * CHANNELS + 3]);
          rgb = rgb << 8 | (light + 127) / 255;
        }
        out.setRGB(x, y, rgb);
      }
    }
    return out;
  }
}

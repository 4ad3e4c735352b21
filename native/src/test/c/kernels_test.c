/*
 * Runs every kernel of every tier that the machine has on memory that ends XN_GUARD bytes in front of a page that nobody
 * may touch, at sizes with all kinds of tails, and compares with the portable tier: integers and bits for equality, sums
 * of floats within a bound. What the portable tier computes is compared with the reference by the tests in Java. Run
 * under sanitizers and valgrind, too.
 *
 *     kernels_test [last tier]
 */
#define _GNU_SOURCE
#include "xnor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int64_t tier;
static int failures;
static uint64_t seed = 20261127;

static uint32_t draw(void) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33);
}

static int64_t between(int64_t least, int64_t most) { return least + draw() % (most - least + 1); }

/* ---- memory in front of a guard page; all of it is given back behind each case */

enum { MOST = 64, PATTERN = 0x5a };

static struct {
  char *map;
  size_t size;
  char *data;
  int64_t bytes;
} maps[MOST];
static int used;

static void *memory(int64_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t wanted = ((size_t)bytes + XN_GUARD + 63) / 64 * 64; /* data begin at a cache line, as Java's do */
  size_t size = (wanted + page - 1) / page * page + page;
  char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED || used == MOST || mprotect(map + size - page, page, PROT_NONE) != 0) {
    fprintf(stderr, "no memory for %lld bytes\n", (long long)bytes);
    exit(2);
  }
  char *data = map + size - page - wanted;
  memset(data + bytes, PATTERN, wanted - (size_t)bytes);
  maps[used].map = map;
  maps[used].size = size;
  maps[used].data = data;
  maps[used++].bytes = bytes;
  return data;
}

static void release(void) {
  while (used > 0) {
    used--;
    munmap(maps[used].map, maps[used].size);
  }
}

static void fail(const char *name, const char *what) {
  fprintf(stderr, "tier %d, %s: %s\n", (int)tier, name, what);
  failures++;
}

/* A result may not be written past its end. */
static void check_end(const char *name, const void *data) {
  for (int i = 0; i < used; i++) {
    if (maps[i].data == data) {
      for (int64_t j = 0; j < XN_GUARD; j++) {
        if (maps[i].data[maps[i].bytes + j] != PATTERN) {
          fail(name, "written past the end");
          return;
        }
      }
    }
  }
}

/* What a result holds before a call. */
static int before = PATTERN;

/* Compares where a kernel adds to its result. */
#define ADDING(comparison) \
  do { \
    before = 0; \
    comparison; \
    before = PATTERN; \
  } while (0)

/*
 * Runs a kernel by this tier into `result`, by the portable one into the same place, and compares; of rows of so many
 * elements of 32 bits only those that are wanted.
 */
static void compare_rows(const char *name, const void *self, char **at, int64_t count, int result, int64_t bytes,
                         double bound, int64_t row, int64_t wanted) {
  char *mine = malloc((size_t)bytes + 1);
  memset(at[result], before, (size_t)bytes);
  xn_find(tier, name)(self, at, 0, count);
  check_end(name, at[result]);
  memcpy(mine, at[result], (size_t)bytes);
  memset(at[result], before, (size_t)bytes);
  xn_find(0, name)(self, at, 0, count);
  for (int64_t i = 0; i < bytes; i++) {
    if (i / 4 % row >= wanted || mine[i] == at[result][i]) {
      continue;
    }
    double difference = fabs((double)((float *)mine)[i / 4] - ((float *)at[result])[i / 4]);
    if (bound == 0 || !(difference <= bound)) {
      fail(name, "not the portable tier's result");
      break;
    }
  }
  free(mine);
}

static void compare(const char *name, const void *self, char **at, int64_t count, int result, int64_t bytes, double bound) {
  compare_rows(name, self, at, count, result, bytes, bound, 1, 1);
}

static void *random_bytes(int64_t bytes) {
  uint8_t *x = memory(bytes);
  for (int64_t i = 0; i < bytes; i++) {
    x[i] = (uint8_t)draw();
  }
  return x;
}

static void *random_floats(int64_t n, float size) {
  float *x = memory(4 * n);
  for (int64_t i = 0; i < n; i++) {
    x[i] = size * ((float)draw() / 1073741824.0f - 1);
  }
  return x;
}

static void *random_shorts(int64_t n, int limit) {
  int16_t *x = memory(2 * n);
  for (int64_t i = 0; i < n; i++) {
    x[i] = (int16_t)between(-limit, limit);
  }
  return x;
}

static void *random_words(int64_t rows, int64_t columns) {
  int64_t words = (columns + 31) / 32;
  uint32_t *x = memory(4 * rows * words);
  for (int64_t i = 0; i < rows * words; i++) {
    int64_t rest = columns - i % words * 32;
    x[i] = (draw() ^ draw() << 1) & (rest >= 32 ? UINT32_MAX : (1u << rest) - 1);
  }
  return x;
}

/* ---- products */

typedef struct {
  int height, width, channels, outputs, padded, pooled, images;
} layer;

static layer any_layer(void) {
  static const int channels[] = {1, 2, 3, 5, 16, 31, 32, 33, 48, 64, 65};
  static const int outputs[] = {1, 3, 15, 16, 17, 31, 33, 64, 80};
  layer l = {(int)between(3, 8), (int)between(3, 9), channels[draw() % 11], outputs[draw() % 9],
             (int)between(0, 1), 0, (int)between(1, 3)};
  l.pooled = !l.padded && l.height >= 4 && l.width >= 4 && draw() % 2;
  return l;
}

static const int columns_of[] = {1, 2, 3, 31, 32, 33, 63, 64, 65, 127, 129};

static int any_columns(void) { return columns_of[draw() % 11]; }

static xn_plane plane_of(layer l, int64_t per_pixel) {
  int64_t wide = l.width + 2 * l.padded;
  int32_t *starts = memory(4 * l.height);
  for (int i = 0; i < l.height; i++) {
    starts[i] = (int32_t)((i + l.padded) * wide + l.padded);
  }
  xn_plane p = {wide * (l.height + 2 * l.padded), (int64_t)l.height * l.width, l.height, l.width, starts, per_pixel, l.padded};
  return p;
}

/* Windows of three by three. */
static xn_windows windows_of(layer l, int64_t per_pixel) {
  int64_t wide = l.width + 2 * l.padded;
  int64_t h = l.height + 2 * l.padded - 2;
  int64_t w = wide - 2;
  int64_t n = l.pooled ? h / 2 * (w / 2) * 4 : h * w;
  int32_t *rows = memory(4 * n);
  for (int64_t i = 0; i < n; i++) {
    int64_t p = i / 4;
    int64_t y = l.pooled ? p / (w / 2) * 2 + i % 4 / 2 : i / w;
    int64_t x = l.pooled ? p % (w / 2) * 2 + i % 2 : i % w;
    rows[i] = (int32_t)((y * wide + x) * per_pixel);
  }
  int32_t *offsets = memory(12);
  for (int i = 0; i < 3; i++) {
    offsets[i] = (int32_t)(i * wide * per_pixel);
  }
  xn_windows result = {n, rows, 3, offsets, 3 * per_pixel};
  return result;
}

static int64_t up(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

static int32_t *winners_of(int64_t n) {
  int32_t *x = memory(4 * n);
  for (int64_t i = 0; i < n; i++) {
    x[i] = (int32_t)between(0, 3);
  }
  return x;
}

static void bits(layer l) {
  int64_t words = (l.channels + 31) / 32;
  xn_conv_bits k = {plane_of(l, words), windows_of(l, words), NULL, l.outputs, 9 * l.channels, NULL, NULL, l.pooled};
  k.panel = random_words(up(l.outputs, 16) * 9, 32 * words);
  int64_t rows = l.images * k.windows.positions / (l.pooled ? 4 : 1);
  char *at[] = {random_words(l.images * k.plane.inner, l.channels), memory(4 * rows * l.outputs),
                memory(4 * rows * l.outputs), memory(4 * k.plane.pixels * words),
                memory(16 * (9 * words + up(l.outputs, 16)))};
  compare("conv_bits", &k, at, l.images, 1, 4 * rows * l.outputs, 0);
  if (l.pooled) {
    compare("conv_bits", &k, at, l.images, 2, 4 * rows * l.outputs, 0);
  }
}

static void *source(layer l, int kind) {
  int64_t n = (int64_t)l.images * l.height * l.width;
  return kind == 0 ? random_bytes(n * l.channels)
         : kind == 2 ? random_words(n, l.channels)
                     : random_floats(n * l.channels, 3);
}

static void convolution(layer l) {
  static const int kinds[] = {0, 2, 3};
  int kind = kinds[draw() % 3];
  int64_t depth = 9 * l.channels;
  xn_conv k = {plane_of(l, l.channels), {kind, kind == 0 ? 2 : 4, -255}, windows_of(l, l.channels), NULL, depth, l.outputs,
               (int64_t)between(1, 3), l.pooled};
  k.panel = random_floats(depth * up(l.outputs, 16), 1);
  int64_t rows = l.images * k.windows.positions / (l.pooled ? 4 : 1);
  char *at[] = {source(l, kind), memory(4 * rows * l.outputs), memory(4 * rows * l.outputs),
                memory(4 * l.images * k.plane.pixels * l.channels), memory(4 * 32 * depth),
                memory(4 * 32 * up(l.outputs, 16))};
  memset(at[3], 0, (size_t)(4 * l.images * k.plane.pixels * l.channels));
  compare("conv_float", &k, at, l.images, 1, 4 * rows * l.outputs, 0.1);
}

static void convolution_of_shorts(layer l) {
  int kind = (int)between(0, 2);
  int64_t of_run = (3 * l.channels + 1) / 2;
  int64_t items = 3 * of_run;
  xn_windows w = windows_of(l, l.channels);
  int32_t *item_at = memory(4 * items);
  for (int64_t i = 0; i < items; i++) {
    item_at[i] = (int32_t)(w.offsets[i / of_run] + i % of_run * 2);
  }
  xn_conv_short k = {plane_of(l, l.channels), {kind, kind == 0 ? 2 : 4, -255}, w.positions, w.rows, items, item_at, NULL,
                     l.outputs, (int64_t)between(1, 3), l.pooled};
  k.panel = random_shorts(2 * items * up(l.outputs, 16), 1);
  int64_t rows = l.images * k.positions / (l.pooled ? 4 : 1);
  int64_t plane = 2 * l.images * k.plane.pixels * l.channels;
  char *at[] = {source(l, kind), memory(4 * rows * l.outputs), memory(4 * rows * l.outputs), memory(plane),
                memory(4 * 4 * up(l.outputs, 16))};
  memset(at[3], 0, (size_t)plane);
  for (int64_t i = 0; l.channels % 2 != 0 && i < items * up(l.outputs, 16); i++) { /* no pair of two runs */
    if (i / 16 % of_run == of_run - 1) {
      ((int16_t *)k.panel)[2 * i + 1] = 0;
    }
  }
  compare("conv_short", &k, at, l.images, 1, 4 * rows * l.outputs, 0);
  if (l.pooled) {
    compare("conv_short", &k, at, l.images, 2, 4 * rows * l.outputs, 0);
  }
}

static void input_gradient(layer l, int shorts) {
  l.pooled = 0;
  int64_t depth = 9 * l.channels;
  int64_t items = shorts ? (l.outputs + 1) / 2 : l.outputs;
  xn_dx k = {plane_of(l, l.channels), {3, 1, 0}, windows_of(l, l.channels), NULL, items, l.outputs, depth};
  k.panel = shorts ? random_shorts(2 * items * up(depth, 16), 1) : random_floats(items * up(depth, 16), 1);
  int64_t n = l.images * k.windows.positions * l.outputs;
  int64_t size = 4 * l.images * k.plane.inner * l.channels;
  char *at[] = {shorts ? random_shorts(n, 32767) : random_floats(n, 1), memory(size),
                memory(4 * l.images * k.plane.pixels * l.channels), memory(4 * 32 * items), memory(4 * 32 * up(depth, 16))};
  compare(shorts ? "dx_short" : "dx_float", &k, at, l.images, 1, size, shorts ? 0 : 0.01);
}

static void filter_gradient(layer l, int shorts) {
  static const int kinds[] = {0, 2, 1};
  int kind = shorts ? kinds[draw() % 3] : draw() % 2 ? 3 : kinds[draw() % 2];
  l.pooled = 0;
  int64_t columns = up(9 * l.channels, 16);
  xn_dw k = {plane_of(l, l.channels), {kind, kind == 0 ? 2 : 4, -255}, windows_of(l, l.channels), l.outputs, columns, 128, 0, {3, 1, 0}};
  int64_t n = l.images * k.windows.positions * l.outputs;
  int64_t planes = 4 * l.images * k.plane.pixels * l.channels;
  char *at[] = {source(l, kind), shorts ? random_shorts(n, 32767) : random_floats(n, 1), memory(4 * l.outputs * columns),
                memory(planes), memory(4 * 128 * columns), memory(4 * 128 * l.outputs)};
  memset(at[3], 0, (size_t)planes);
  compare_rows(shorts ? "dw_short" : "dw_float", &k, at, l.images, 2, 4 * l.outputs * columns, shorts ? 0 : 1, columns,
               9 * l.channels);
}

static void pooled_gradients(layer l, int shorts) {
  l.padded = 0;
  l.pooled = 1;
  l.height += 1;
  l.width += 1;
  int64_t run = up(3 * l.channels, 32);
  int limit = (int)between(1, 2047);
  xn_dx_pooled x = {plane_of(l, l.channels), windows_of(l, l.channels), NULL, l.outputs, run, 32767 / limit};
  x.filter = shorts ? random_shorts(l.outputs * 3 * run, 1) : random_floats(l.outputs * 3 * run, 1);
  for (int64_t i = 0; i < l.outputs * 3 * run; i++) { /* what is no element of a run is zero */
    if (i % run >= 3 * l.channels) {
      memset((char *)x.filter + (shorts ? 2 : 4) * i, 0, shorts ? 2 : 4);
    }
  }
  int64_t n = l.images * x.windows.positions / 4 * l.outputs;
  int64_t size = 4 * l.images * x.plane.inner * l.channels;
  int64_t lists = 2 * 4 * 3 * run / 4 + 8;
  char *g = shorts ? random_shorts(n, limit) : random_floats(n, 1);
  char *w = (char *)winners_of(n);
  char *of_x[] = {g, w, memory(size), memory(4 * (x.plane.pixels * l.channels + 32)), memory(48 * l.outputs + lists)};
  compare(shorts ? "dx_pooled_short" : "dx_pooled_float", &x, of_x, l.images, 2, size, shorts ? 0 : 0.01);

  xn_dw_pooled k = {x.plane, {2, 1, 0}, x.windows, l.outputs, run, 32767 / limit};
  char *of_w[] = {source(l, 2), g, w, memory(4 * l.outputs * 3 * run), memory(4 * x.plane.pixels * l.channels),
                  memory(12 * (x.windows.positions / 4) + lists)};
  ADDING(compare_rows(shorts ? "dw_pooled_short" : "dw_pooled_float", &k, of_w, l.images, 3, 4 * l.outputs * 3 * run,
               shorts ? 0 : 0.01, run, 3 * l.channels));
}

static void winners(layer l, int shorts) {
  l.padded = 0;
  l.pooled = 1;
  l.height += 1;
  l.width += 1;
  int kind = shorts ? (int)between(0, 2) : draw() % 2 ? 3 : 2;
  int64_t depth = 9 * l.channels;
  int64_t ld = up(l.outputs, 16);
  xn_dw_winners k = {plane_of(l, l.channels), {kind, kind == 0 ? 2 : 4, -255}, windows_of(l, l.channels), l.outputs};
  int64_t windows = k.windows.positions / 4;
  int64_t n = l.images * windows * l.outputs;
  char *at[] = {source(l, kind), shorts ? random_shorts(n, 32767) : random_floats(n, 1), (char *)winners_of(n),
                memory(4 * depth * ld), memory(4 * k.plane.pixels * l.channels),
                memory(16 * depth * (windows < 64 ? windows : 64))};
  ADDING(compare_rows(shorts ? "dw_winners_short" : "dw_winners_float", &k, at, l.images, 3, 4 * depth * ld, shorts ? 0 : 0.01, ld,
               l.outputs));
}

/* ---- element programs: every code, every form */

static void element_program(void) {
  enum { OPERANDS = 6, STEPS = 16, RESULTS = 6 };
  int64_t columns = between(1, 3) == 1 ? between(65, 700) : between(1, 70);
  int64_t rows = between(1, 9);
  int32_t forms[] = {XN_DENSE, XN_ROW, XN_SCALAR, XN_BITS, XN_MASK, XN_DENSE,
                     XN_DENSE, XN_BITS, XN_MASK, XN_SUMS, XN_SUMS, XN_TOTAL};
  static const int codes[STEPS] = {XN_NEGATE, XN_ABS, XN_SQUARE, XN_SQRT, XN_RINT, XN_SIGN, XN_ADD, XN_SUB,
                                   XN_MUL, XN_DIV, XN_MIN, XN_MAX, XN_LESS, XN_LESS_EQUAL, XN_EQUAL, XN_PASS};
  int32_t code[5 * STEPS];
  for (int s = 0; s < STEPS; s++) {
    code[5 * s] = codes[s];
    for (int i = 1; i < 5; i++) {
      code[5 * s + i] = (int32_t)between(0, OPERANDS + s - 1);
    }
    if (codes[s] == XN_PASS) {
      code[5 * s + 1] = 4;
    }
  }
  int32_t last = OPERANDS + STEPS - 1;
  int32_t sources[3 * RESULTS] = {last, -1, -1, 6, -1, -1, 7, 2, -1, 0, -1, -1, 0, 5, 1, 5, -1, -1};
  xn_elements k = {OPERANDS, forms, STEPS, code, RESULTS, sources, columns, 64, columns, draw() % 2};
  int64_t words = (columns + 31) / 32;
  int64_t sizes[] = {4 * rows * columns, 4 * rows * words, 4 * rows * words, 8 * columns, 8 * columns, 8};
  char *at[OPERANDS + RESULTS + 1] = {random_floats(rows * columns, 2), random_floats(columns, 2), random_floats(1, 2),
                                      random_words(rows, columns), random_words(rows, columns),
                                      random_floats(rows * columns, 2)};
  for (int i = 0; i < RESULTS; i++) {
    at[OPERANDS + i] = memory(sizes[i]);
  }
  at[OPERANDS + RESULTS] = memory(8 * 32 + 4 * 64 * (OPERANDS + STEPS));
  for (int i = 1; i < RESULTS; i++) { /* a dense one holds NaN, of which only that is promised */
    before = i < 3 ? PATTERN : 0; /* sums */
    compare("elements", &k, at, rows, OPERANDS + i, sizes[i], 0);
  }
  before = PATTERN;
}

static void others(void) {
  int64_t n = between(1, 200);
  char *x = random_floats(3 * n, 100);
  float scale = 64;
  xn_to_integer integer = {n, 2047};
  char *at[] = {x, (char *)&scale, memory(6 * n), memory(4)};
  compare("to_integer", &integer, at, 3, 2, 6 * n, 0);
  xn_to_float real = {n, 0, between(1, 2)};
  char *back[] = {at[2], (char *)&scale, memory(12 * n)};
  compare("to_float", &real, back, 3, 2, 12 * n, 0);
  xn_largest most = {n};
  char *of[] = {x, memory(4)};
  ADDING(compare("largest", &most, of, 3, 1, 4, 0));
  xn_statistics sums = {n, 3, draw() % 2};
  char *channels[] = {x, memory(48)};
  ADDING(compare("statistics", &sums, channels, 1, 1, 48, 0));
  xn_scale pixels = {n, 2, -255, 255};
  char *bytes[] = {random_bytes(3 * n), memory(12 * n)};
  compare("scale", &pixels, bytes, 3, 1, 12 * n, 0);
  xn_transpose turn = {between(1, 16), n};
  char *matrix[] = {random_floats(turn.rows * n, 1), memory(4 * turn.rows * n)};
  compare("transpose", &turn, matrix, 1, 1, 4 * turn.rows * n, 0);
}

#include "groups_test.inc"
#include "lookups_test.inc"
#include "moves_test.inc"

int main(int count, char **arguments) {
  int64_t last = xn_best_tier();
  if (count > 1 && atoi(arguments[1]) < last) {
    last = atoi(arguments[1]);
  }
  for (int i = 0; i < 40 * (count > 2 ? atoi(arguments[2]) : 10); i++) {
    tier = xn_find(i % (last + 1), "elements") == NULL ? last : i % (last + 1);
    layer l = any_layer();
    bits(l);
    release();
    convolution(l);
    release();
    convolution_of_shorts(l);
    release();
    for (int shorts = 0; shorts < 2; shorts++) {
      input_gradient(l, shorts);
      release();
      filter_gradient(l, shorts);
      release();
    }
    for (int shorts = 0; shorts < 2; shorts++) {
      pooled_gradients(l, shorts);
      release();
      winners(l, shorts);
      release();
    }
    element_program();
    release();
    others();
    release();
    groups(l);
    lookups(l);
    moves(l);
  }
  printf("%s: %d failures, tiers up to %d\n", failures == 0 ? "passed" : "FAILED", failures, (int)last);
  return failures == 0 ? 0 : 1;
}

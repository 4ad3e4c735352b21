/*
 * The kernels of the backend "native": what Java calls, and nothing else.
 *
 * A kernel is a function and a struct that was filled once, when it was prepared. A call computes one tile or one task:
 *
 *     void kernel(const void *self, char *const *at, int64_t part, int64_t count)
 *
 *     self   the struct, named xn_ and the kernel's name: lists of offsets, extents, packed operands
 *     at     pointers that may differ from call to call: operands and results of the tile, scratch of the thread
 *     part   number of the tile or task
 *     count  units of the tile: images, or elements; of a task 1
 *
 * Every field of a struct has eight bytes (an integer, a double or a pointer), so that Java writes it as a row of longs.
 * Nothing is allocated, no state is kept but what `at` and `self` point to, and nothing is read or written behind a
 * buffer's elements but the XN_GUARD bytes that Java leaves behind each, which are never used in a result.
 *
 * Bits stand in words of 32, least significant first; a set bit is -1; rows of bits begin at whole words and end with
 * zeros. Floats are rounded after each operation: the compiler may not contract any two.
 */
#ifndef XNOR_H
#define XNOR_H

#include <stdint.h>

/* Changes whenever a struct, the list of kernels or the meaning of one does: Java asks for it. */
#define XN_VERSION 3

/* Bytes behind each buffer that may be read: four vectors of 64 bytes. */
#define XN_GUARD 256

/* Lanes of a panel, of 32 bits each. */
#define XN_WIDTH 16

/* All kernels. A tier has a function for each, in this order. */
#define XN_KERNELS(K) \
  K(elements) \
  K(element_part) \
  K(sum_tiles) \
  K(conv_bits) \
  K(border) \
  K(conv_short) \
  K(conv_float) \
  K(conv_int) \
  K(dx_short) \
  K(dx_float) \
  K(dx_int) \
  K(dw_short) \
  K(dw_float) \
  K(dw_int) \
  K(dx_lookup_short) \
  K(dx_lookup_float) \
  K(dw_lookup_short) \
  K(dw_lookup_float) \
  K(grouped_conv_float) \
  K(grouped_conv_int) \
  K(grouped_dx_float) \
  K(grouped_dx_int) \
  K(grouped_dw_float) \
  K(grouped_dw_int) \
  K(depthwise) \
  K(depthwise_dw) \
  K(mat_mul_float) \
  K(mat_mul_int) \
  K(dx_pooled_short) \
  K(dx_pooled_float) \
  K(dw_pooled_short) \
  K(dw_pooled_float) \
  K(dw_winners_short) \
  K(dw_winners_float) \
  K(sum_int) \
  K(sum_float) \
  K(pack_filter) \
  K(filter_panel) \
  K(transpose_filter) \
  K(transpose_images) \
  K(max_pool) \
  K(max_pool_gradient) \
  K(average_pool) \
  K(average_pool_gradient) \
  K(statistics) \
  K(largest) \
  K(to_integer) \
  K(to_float) \
  K(scale) \
  K(transpose) \
  K(blocks) \
  K(along) \
  K(repack) \
  K(patches) \
  K(patches_gradient) \
  K(random_numbers) \
  K(threshold)

typedef void xn_kernel(const void *self, char *const *at, int64_t part, int64_t count);

/* ---- what the library exports */

int64_t xn_version(void);

/* The best tier of this machine, as a number: 0 portable, 1 avx2, 2 avx512, 3 neon. */
int64_t xn_best_tier(void);

/* A kernel of a tier by its name; null if there is none, or the library was built without the tier. */
xn_kernel *xn_find(int64_t tier, const char *name);

/* ---- geometry */

/* An image that lies in a plane with its padding round it. Elements of a pixel are neighbours. */
typedef struct {
  int64_t pixels;        /* of the plane, padding included */
  int64_t inner;         /* of the image */
  int64_t rows;          /* of the image */
  int64_t row;           /* pixels of a row of the image */
  const int32_t *starts; /* pixel of the plane where each row begins */
  int64_t channels;      /* elements, or words of bits, of a pixel */
  int64_t padded;        /* whether there is padding */
} xn_plane;

/* What windows see: runs of neighbouring elements. */
typedef struct {
  int64_t positions;      /* of an image: output positions, or four for each window of a max-pool */
  const int32_t *rows;    /* element of the plane where the window of each begins */
  int64_t runs;           /* of a window */
  const int32_t *offsets; /* where each run begins, from the window's beginning */
  int64_t run;            /* elements of a run */
} xn_windows;

/* How elements become what a product reads. */
typedef struct {
  int64_t kind;       /* 0 bytes, 1 floats, 2 bits, 3 as they lie, 4 shorts that become ints */
  int64_t multiplier; /* of bytes and floats: v * multiplier + offset, of floats rounded */
  int64_t offset;     /* of bytes */
} xn_source;

/* ---- element programs: each step is one loop over a block of elements */

enum xn_form { XN_DENSE, XN_ROW, XN_SCALAR, XN_BITS, XN_MASK, XN_SUMS, XN_TOTAL };

enum xn_code {
  XN_NEGATE, XN_ABS, XN_SQUARE, XN_SQRT, XN_RINT, XN_SIGN, XN_EXP, XN_LOG, XN_TANH, XN_ADD, XN_SUB, XN_MUL, XN_DIV,
  XN_MIN, XN_MAX, XN_POW, XN_LESS, XN_LESS_EQUAL, XN_EQUAL, XN_PASS
};

/*
 * at: operands, results, registers. Sums are added to what stands there. EXP, LOG, TANH and POW are computed by
 * the caller between calls of element_part.
 */
typedef struct {
  int64_t operands;
  const int32_t *forms; /* of operands, then of results */
  int64_t steps;
  const int32_t *code; /* of each step: code and four registers */
  int64_t results;
  const int32_t *sources; /* of each result: three registers */
  int64_t columns;        /* of a row */
  int64_t block;          /* elements of a register, a multiple of 32 */
  int64_t unit_rows;      /* count is in units of so many elements */
  int64_t direct;         /* whether registers may lie where operands and results do */
} xn_elements;

/* at: as above, then a block: int64_t row, rows, column, columns, first step, end of steps. */
typedef xn_elements xn_element_part;

/* Sums in float64 of what tiles left, in the order of SumOrder, into the first tile's place. at: tiles. */
typedef struct {
  int64_t tiles;
  int64_t of_shard; /* tiles of a shard */
  int64_t n;        /* sums of a tile */
} xn_sum_tiles;

/* ---- products */

/*
 * Bits by bits: the dot product is bits - 2 * (number of different bits). at: x, y, winners or null, plane, gathered.
 */
typedef struct {
  xn_plane plane;
  xn_windows windows; /* of words */
  const uint32_t *panel; /* [outputs / 16][words of a window][16] */
  int64_t outputs;
  int64_t bits;         /* of a window */
  const float *border;  /* [case][outputs] to add where the padding is not +1, or null */
  const int32_t *cases; /* of each position */
  int64_t pooled;
} xn_conv_bits;

/* What the padding of each border case adds: factor * sum of the filter's taps outside. A task is a case. */
typedef struct {
  const uint32_t *panel;
  int64_t taps;
  int64_t words; /* of a tap */
  int64_t channels;
  int64_t outputs;
  double factor;
  const int32_t *starts; /* of each case in the list behind it; one more than cases */
  const int32_t *outside;
  float *table; /* [case][outputs] */
} xn_border;

/*
 * Integers that fit 16 bits. Items are two neighbouring shorts of a run, which has one more that meets a zero if their
 * number is odd. at: x, y, winners or null, plane, sums of four rows.
 */
typedef struct {
  xn_plane plane;
  xn_source source;
  int64_t positions; /* of an image, or four for each window of a max-pool */
  const int32_t *rows;    /* element of the plane where the window of each begins */
  int64_t items;          /* of a window */
  const int32_t *item_at; /* from the window's beginning */
  const int32_t *panel;   /* [outputs / 16][items][16] */
  int64_t outputs;
  int64_t divisor; /* of all sums */
  int64_t pooled;
} xn_conv_short;

/* Floats or ints, of which y has the type; of ints without a pool. at: x, y, winners or null, plane, gathered rows, sums. */
typedef struct {
  xn_plane plane;
  xn_source source;
  xn_windows windows;
  const char *panel; /* [outputs / 16][items][16] of elements */
  int64_t items;
  int64_t outputs;
  int64_t divisor;
  int64_t pooled;
} xn_conv;
typedef xn_conv xn_conv_float;
typedef xn_conv xn_conv_int;

/*
 * The gradient of an input: each position's products with the filter are added to what its window saw. at: g, dx, plane
 * of sums or null, gathered rows, products.
 */
typedef struct {
  xn_plane plane; /* of dx */
  xn_source gradients;
  xn_windows windows;
  const char *panel; /* [columns / 16][items][16], columns of all runs */
  int64_t items;
  int64_t outputs;
  int64_t columns;
} xn_dx;
typedef xn_dx xn_dx_short;
typedef xn_dx xn_dx_float;
typedef xn_dx xn_dx_int;

/*
 * The gradient of a filter: sums over a tile, added to what `sums` hold or written there. at: x, g,
 * sums [outputs][columns], plane, gathered columns, gathered gradients.
 */
typedef struct {
  xn_plane plane;
  xn_source source;
  xn_windows windows;
  int64_t outputs;
  int64_t columns; /* of all runs, up to a multiple of 16 */
  int64_t chunk;   /* positions that are gathered at a time, even */
  int64_t add;
  xn_source gradients; /* not of shorts */
} xn_dw;
typedef xn_dw xn_dw_short;
typedef xn_dw xn_dw_float;
typedef xn_dw xn_dw_int;

/*
 * Gradients by bits, by lookup: vectors of columns of as many lanes as the tier has begin at `column_at` in `bits`, the
 * words of a column at `word_at` more. Tiers without an instruction for it have null instead.
 *
 * at: g, dx, plane of sums or null, items of 32 rows, products of these, tables.
 */
typedef struct {
  xn_plane plane; /* of dx */
  xn_windows windows;
  const uint32_t *bits;
  int64_t words; /* of the outputs' bits */
  const int32_t *word_at;
  int64_t columns; /* vectors */
  const int32_t *column_at;
  int64_t outputs;
  int64_t fit; /* how many shorts a sum of 16 bits holds, at least 16 */
} xn_dx_lookup;
typedef xn_dx_lookup xn_dx_lookup_short;
typedef xn_dx_lookup xn_dx_lookup_float;

/*
 * A task is some outputs of a shard of 32 images: its sums are set. at: g, sums [shard][outputs][columns * lanes], items,
 * tables.
 */
typedef struct {
  const uint32_t *bits; /* see transpose_images */
  int64_t shard;        /* words of one */
  int64_t words;        /* positions */
  const int32_t *word_at;
  int64_t columns; /* vectors */
  const int32_t *column_at;
  int64_t outputs;
  int64_t block; /* outputs of a task, even */
  int64_t images;
  int64_t fit;
} xn_dw_lookup;
typedef xn_dw_lookup xn_dw_lookup_short;
typedef xn_dw_lookup xn_dw_lookup_float;

/*
 * Products of several groups, in floats or ints. Windows have a run for each tap, of a group's channels, and begin at the
 * first group's. `filter` is of elements [what a window sees of a group][outputs], of dx [outputs][that].
 *
 *   conv   x, y, plane, gathered rows, sums of 32 rows
 *   dx     g, dx, plane of sums or null, gradients of 32 rows, products
 *   dw     x, g, sums [outputs][columns], added to, plane, gathered rows, gradients of as many
 */
typedef struct {
  xn_plane plane;
  xn_source source; /* of conv and dw */
  xn_source gradients;
  xn_windows windows;
  const char *filter;
  int64_t stride; /* elements of a row of the filter; of dw columns of the sums, up to a multiple of 16 */
  int64_t groups;
  int64_t outputs;
  int64_t divisor;
} xn_grouped;
typedef xn_grouped xn_grouped_conv_float;
typedef xn_grouped xn_grouped_conv_int;
typedef xn_grouped xn_grouped_dx_float;
typedef xn_grouped xn_grouped_dx_int;
typedef xn_grouped xn_grouped_dw_float;
typedef xn_grouped xn_grouped_dw_int;

/*
 * One channel a group and one filter for each: a pixel of the result is a sum of products with rows of the filter, lanes
 * are channels. at: x or gradients, y, plane.
 */
typedef struct {
  xn_plane plane; /* of what is read */
  xn_source source;
  int64_t rows;           /* pixels of the result */
  const int32_t *starts;  /* of each in the lists behind it */
  const int32_t *from;    /* elements that are read */
  const int32_t *weights; /* elements of the filter */
  const float *filter;
  int64_t divisor;
} xn_depthwise;

/* at: x, g, sums [taps][stride], added to, plane */
typedef struct {
  xn_plane plane;
  xn_source source;
  xn_windows windows; /* a run is a tap */
  int64_t stride;     /* channels up to a multiple of 16 */
} xn_depthwise_dw;

/*
 * Matrices [depth] by [depth][columns], over rows of all the left ones. at: left and y from the first row on, right from
 * its matrix on, the first unit as a number, converted left rows, a converted right matrix, sums of 32 rows.
 */
typedef struct {
  xn_source left;
  xn_source right;
  int64_t depth;
  int64_t columns;
  int64_t matrix_rows; /* of a left matrix */
  int64_t unit_rows;   /* of a unit */
  int64_t divisor;
} xn_mat_mul;
typedef xn_mat_mul xn_mat_mul_float;
typedef xn_mat_mul xn_mat_mul_int;

/*
 * Behind a max-pool: only pooled gradients meet the filter's rows, of shorts or floats. Runs are padded with zeros to a
 * multiple of 32 elements. at: g, winners, dx, plane, lists.
 */
typedef struct {
  xn_plane plane;
  xn_windows windows; /* four positions each */
  const char *filter; /* [outputs][padded runs] */
  int64_t outputs;
  int64_t padded_run;
  int64_t fit; /* how many gradients fit a sum of 16 bits; of floats as many as there may be */
} xn_dx_pooled;
typedef xn_dx_pooled xn_dx_pooled_short;
typedef xn_dx_pooled xn_dx_pooled_float;

/* at: x, g, winners, sums [outputs][padded runs], added to, plane, lists. */
typedef struct {
  xn_plane plane;
  xn_source source;
  xn_windows windows;
  int64_t outputs;
  int64_t padded_run;
  int64_t fit;
} xn_dw_pooled;
typedef xn_dw_pooled xn_dw_pooled_short;
typedef xn_dw_pooled xn_dw_pooled_float;

/*
 * Behind a max-pool, of any runs: lanes are outputs, each of which takes what its winner saw. at: x, g, winners, sums
 * [elements of a window][outputs up to a multiple of 16], added to, plane, four items for each element of 64 windows.
 */
typedef struct {
  xn_plane plane;
  xn_source source;
  xn_windows windows; /* four positions each */
  int64_t outputs;
} xn_dw_winners;
typedef xn_dw_winners xn_dw_winners_short;
typedef xn_dw_winners xn_dw_winners_float;

/* Parts of a filter's gradient, added up: modulo 2^32. A task is an output. at: parts, dw. */
typedef struct {
  int64_t parts;
  int64_t part;    /* elements of a part */
  int64_t runs;
  int64_t run;     /* elements of a run of dw */
  int64_t stride;  /* of runs in a part */
  int64_t columns; /* of an output in a part */
  int64_t of_shard; /* parts of a shard, of floats */
  double divisor;   /* of floats */
} xn_sum_int;
typedef xn_sum_int xn_sum_float; /* at: parts, dw, doubles */

/* A filter's bits in panels: [outputs / 16][words][16]. A task is a word of all outputs. at: filter. */
typedef struct {
  int64_t latent; /* whether it is floats [taps * channels][outputs] whose signs are meant; else bits [outputs][words] */
  int64_t outputs;
  int64_t taps;
  int64_t channels;
  uint32_t *panel;
} xn_pack_filter;

/*
 * A filter as products read it. A task is 16 columns. at: filter.
 *
 *   kind       0 latent floats, 1 bits, 2 floats times `factor`, rounded if that is not 1, 3 shorts,
 *              4 bytes times `factor` and `offset` more
 *   transposed columns are what a window sees and items the outputs; else the other way round
 *   layout     0 panels of pairs (of runs, if these have `run` elements), 1 panels of elements, 2 rows [outputs][runs][stride], 3 columns [element][stride]
 *   element    0 shorts, 1 floats, 2 ints
 */
typedef struct {
  int64_t kind;
  int64_t factor;
  int64_t offset;
  int64_t transposed;
  int64_t layout;
  int64_t element;
  int64_t outputs;
  int64_t taps;
  int64_t channels;
  int64_t run; /* elements of a run, for rows */
  int64_t stride;
  char *panel;
} xn_filter_panel;

/* A filter's bits with the outputs inside the words: [columns / lanes][words][lanes]. A task is a tap. at: filter. */
typedef struct {
  int64_t latent; /* as in xn_pack_filter */
  int64_t outputs;
  int64_t taps;
  int64_t channels;
  uint32_t *bits;
} xn_transpose_filter;

/* Bits with 32 images inside the words: [shard][pixel of the plane][channels]. A task is a row of a shard. at: x. */
typedef struct {
  xn_plane plane; /* of words */
  int64_t images;
  uint32_t *bits;
} xn_transpose_images;

/* ---- pools. at: x, y, winners */

typedef struct {
  int64_t input;  /* elements of an image */
  int64_t output; /* of a pooled image */
  int64_t channels;
  int64_t windows;
  const int32_t *starts; /* of each window in the list behind it */
  const int32_t *taps;   /* elements */
  int64_t divisor;
} xn_max_pool;

/* at: g, winners, dx */
typedef xn_max_pool xn_max_pool_gradient;

/* Means of what lies inside. at: x, y, plane, doubles of a window. */
typedef struct {
  xn_plane plane; /* without padding */
  xn_source source;
  int64_t windows;
  const int32_t *starts; /* of each window in the list behind it */
  const int32_t *taps;   /* elements */
  int64_t denominator;   /* of the integers that the source stands for, else 1 */
} xn_average_pool;

/* To each pixel its windows' gradients, each divided by the window's size. at: g, dx */
typedef struct {
  int64_t output; /* elements of a pooled image */
  int64_t pixels;
  int64_t channels;
  const int32_t *starts;  /* of each pixel in the lists behind it */
  const int32_t *windows; /* elements where they begin */
  const int32_t *sizes;
} xn_average_pool_gradient;

/* ---- the rest */

/* Sums and squares of each channel. at: x, double or int64_t [2][channels], added to. */
typedef struct {
  int64_t rows; /* of a unit */
  int64_t channels;
  int64_t denominator; /* of integers, whose sums are int64_t; 0 of floats */
} xn_statistics;

/* at: x, the largest float so far */
typedef struct {
  int64_t unit; /* elements */
} xn_largest;

/* at: x, scale, y, how many were clamped, added to */
typedef struct {
  int64_t unit;
  int64_t limit;
} xn_to_integer;

/* at: x, scale, y */
typedef struct {
  int64_t unit;
  int64_t wide; /* whether x is I32, else I16 */
  double denominator;
} xn_to_float;

/* at: x, y */
typedef struct {
  int64_t unit;
  int64_t multiplier;
  int64_t offset;
  int64_t divisor;
} xn_scale;

/* A task is 16 rows. at: x, y */
typedef struct {
  int64_t rows;
  int64_t columns;
} xn_transpose;

/*
 * Elements that move. A unit is what belongs to one index of a value's leading axis; `size` the bytes of an element, 0
 * of bits, which are counted in their words of 32 then.
 */

/* A block: runs of neighbours. */
typedef struct {
  int64_t unit;        /* bytes of x */
  int64_t to;          /* the leading index of the result where it begins */
  int64_t count;       /* of leading indices */
  int64_t runs;        /* of each of these */
  const int32_t *from; /* where each begins in x: elements, words, or bits of words */
  const int32_t *into;
  int64_t run;
} xn_block;

/* at: y, its first leading index as a number, and of each block x, from where it gives what belongs to that index */
typedef struct {
  int64_t bits;    /* whether runs are of bits */
  int64_t unit;    /* bytes of y */
  int64_t fills;   /* whether something lies where no block does */
  int64_t size;    /* bytes of an element, 4 of bits */
  int64_t rest;    /* what lies there: the bits of an element; of bits whether they are set */
  int64_t columns; /* bits of a row; 0 of elements */
  int64_t blocks;
  const xn_block *block;
} xn_blocks;

/* at: x, y, the first leading index as a number */
typedef struct {
  int64_t size;
  int64_t unit_x;     /* 0 if x is read along another leading axis */
  int64_t unit_y;
  int64_t leading;    /* elements or bits of x from one leading index to the next, if it is */
  int64_t rows;       /* of a unit */
  const int32_t *row; /* element or bit of x where each begins */
  int64_t columns;
  int64_t step; /* elements or bits of x from one column to the next */
} xn_along;

/* Bits in rows of another length; others are copied. at: x, y */
typedef struct {
  int64_t size;
  int64_t unit_x;
  int64_t unit_y;
  int64_t columns_x;
  int64_t columns_y;
} xn_repack;

/* at: x, y */
typedef struct {
  int64_t size;
  int64_t unit_x; /* of the image */
  int64_t unit_y; /* of what its windows see */
  int64_t positions;
  int64_t taps;
  const int32_t *pixels; /* of each position and tap; -1 in the padding */
  int64_t channels;
  int64_t rest; /* what lies there, as in xn_blocks */
} xn_patches;

/* at: g, dx */
typedef xn_patches xn_patches_gradient;

/* at: seed, step, y, its first element as a number */
typedef struct {
  int64_t unit;    /* elements */
  int64_t uniform; /* floats in [0, 1), else the bits */
  int64_t stream;
} xn_random_numbers;

/* Bits that are set where x is less. at: x, thresholds, bits */
typedef struct {
  int64_t wide; /* whether x is I32, else I16 */
  int64_t columns;
  int64_t rows;       /* of a unit */
  const int32_t *row; /* where the thresholds of each begin */
  int64_t step;       /* from one column's threshold to the next one's */
  int64_t unit;       /* from those of one unit to those of the next */
} xn_threshold;

#endif
